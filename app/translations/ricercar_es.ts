<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es_ES" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Archivo</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Edición</translation>
    </message>
    <message>
        <source>&amp;Notes</source>
        <translation>&amp;Notas</translation>
    </message>
    <message>
        <source>&amp;Compose</source>
        <translation>&amp;Componer</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>&amp;Reproducir</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ver</translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation>&amp;Nuevo</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>&amp;Abrir…</translation>
    </message>
    <message>
        <source>Open a &amp;theme</source>
        <translation>Abrir un &amp;tema</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Guardar</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>Guardar &amp;como…</translation>
    </message>
    <message>
        <source>Export &amp;MIDI…</source>
        <translation>Exportar &amp;MIDI…</translation>
    </message>
    <message>
        <source>Export &amp;WAV…</source>
        <translation>Exportar &amp;WAV…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Salir</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Deshacer</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Rehacer</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>Cor&amp;tar</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copiar</translation>
    </message>
    <message>
        <source>&amp;Paste at the playhead</source>
        <translation>&amp;Pegar en el cursor de reproducción</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>D&amp;uplicar</translation>
    </message>
    <message>
        <source>De&amp;lete</source>
        <translation>&amp;Eliminar</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>Seleccionar t&amp;odo</translation>
    </message>
    <message>
        <source>&amp;Next note</source>
        <translation>Nota &amp;siguiente</translation>
    </message>
    <message>
        <source>Pre&amp;vious note</source>
        <translation>Nota an&amp;terior</translation>
    </message>
    <message>
        <source>Cancel or deselect</source>
        <translation>Cancelar o deseleccionar</translation>
    </message>
    <message>
        <source>&amp;Pencil</source>
        <translation>&amp;Lápiz</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>Se&amp;leccionar</translation>
    </message>
    <message>
        <source>&amp;Erase</source>
        <translation>&amp;Borrar</translation>
    </message>
    <message>
        <source>Semitone &amp;up</source>
        <translation>S&amp;ubir un semitono</translation>
    </message>
    <message>
        <source>Semitone &amp;down</source>
        <translation>&amp;Bajar un semitono</translation>
    </message>
    <message>
        <source>&amp;Octave up</source>
        <translation>Subir una &amp;octava</translation>
    </message>
    <message>
        <source>Octa&amp;ve down</source>
        <translation>Bajar una octa&amp;va</translation>
    </message>
    <message>
        <source>&amp;Earlier</source>
        <translation>&amp;Antes</translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <translation>&amp;Después</translation>
    </message>
    <message>
        <source>Lon&amp;ger</source>
        <translation>Más &amp;larga</translation>
    </message>
    <message>
        <source>&amp;Shorter</source>
        <translation>Más &amp;corta</translation>
    </message>
    <message>
        <source>&amp;Quantise to the grid</source>
        <translation>&amp;Cuantizar a la cuadrícula</translation>
    </message>
    <message>
        <source>&amp;Mute</source>
        <translation>&amp;Silenciar</translation>
    </message>
    <message>
        <source>&amp;Stop here</source>
        <translation>&amp;Detener aquí</translation>
    </message>
    <message>
        <source>C&amp;ancel</source>
        <translation>&amp;Cancelar</translation>
    </message>
    <message>
        <source>Take &amp;1</source>
        <translation>Toma &amp;1</translation>
    </message>
    <message>
        <source>Take &amp;2</source>
        <translation>Toma &amp;2</translation>
    </message>
    <message>
        <source>Take &amp;3</source>
        <translation>Toma &amp;3</translation>
    </message>
    <message>
        <source>Take &amp;4</source>
        <translation>Toma &amp;4</translation>
    </message>
    <message>
        <source>&amp;Write the take again</source>
        <translation>&amp;Volver a escribir la toma</translation>
    </message>
    <message>
        <source>&amp;Keep the take</source>
        <translation>&amp;Conservar la toma</translation>
    </message>
    <message>
        <source>&amp;Discard the takes</source>
        <translation>Descar&amp;tar las tomas</translation>
    </message>
    <message>
        <source>&amp;Play / stop</source>
        <translation>&amp;Reproducir / detener</translation>
    </message>
    <message>
        <source>To the &amp;beginning</source>
        <translation>Al &amp;principio</translation>
    </message>
    <message>
        <source>&amp;Follow the playhead</source>
        <translation>&amp;Seguir el cursor de reproducción</translation>
    </message>
    <message>
        <source>&amp;End the loop</source>
        <translation>&amp;Terminar el bucle</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>&amp;Acercar</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>A&amp;lejar</translation>
    </message>
    <message>
        <source>Show &amp;everything</source>
        <translation>&amp;Mostrar todo</translation>
    </message>
    <message>
        <source>Next &amp;pane</source>
        <translation>Panel &amp;siguiente</translation>
    </message>
    <message>
        <source>Colours of the &amp;desktop</source>
        <translation>Colores del &amp;escritorio</translation>
    </message>
    <message>
        <source>D&amp;ark</source>
        <translation>&amp;Oscuro</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Claro</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>&amp;Idioma</translation>
    </message>
</context>
<context>
    <name>ComposeFlow</name>
    <message>
        <source>Nothing was written: the model ended the piece at once. Try again.</source>
        <translation>No se ha escrito nada: el modelo dio la pieza por terminada. Inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>Write take {n} again</source>
        <translation>Volver a escribir la toma {n}</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Componer</translation>
    </message>
    <message>
        <source>Choose take {n}</source>
        <translation>Elegir la toma {n}</translation>
    </message>
    <message>
        <source>Keep take {n}</source>
        <translation>Conservar la toma {n}</translation>
    </message>
    <message>
        <source>Discard takes</source>
        <translation>Descartar las tomas</translation>
    </message>
</context>
<context>
    <name>ComposePanel</name>
    <message>
        <source>Style</source>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>Bars</source>
        <translation>Compases</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notas</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>Segundos</translation>
    </message>
    <message>
        <source>Length in</source>
        <translation>Duración en</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Duración</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatura</translation>
    </message>
    <message>
        <source>0 always takes the likeliest note, 1 draws as the model believes, above is wilder</source>
        <translation>0 toma siempre la nota más probable, 1 sortea según lo que cree el modelo; por encima, más atrevido</translation>
    </message>
    <message>
        <source>Takes</source>
        <translation>Tomas</translation>
    </message>
    <message>
        <source>Random seed</source>
        <translation>Semilla aleatoria</translation>
    </message>
    <message>
        <source>new each time</source>
        <translation>nueva cada vez</translation>
    </message>
    <message>
        <source>The same number gives the same notes again; empty draws a new one</source>
        <translation>El mismo número da otra vez las mismas notas; vacío, se sortea uno nuevo</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Final</translation>
    </message>
    <message>
        <source>Playhead</source>
        <translation>Cursor</translation>
    </message>
    <message>
        <source>Continue from</source>
        <translation>Continuar desde</translation>
    </message>
    <message>
        <source>Replaces what follows the playhead; undo brings it back</source>
        <translation>Sustituye lo que sigue al cursor de reproducción; deshacer lo recupera</translation>
    </message>
    <message>
        <source>Play while it is written</source>
        <translation>Escuchar mientras se escribe</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Componer</translation>
    </message>
    <message>
        <source>Ctrl+Return</source>
        <translation>Ctrl+Entrar</translation>
    </message>
    <message>
        <source>Composing</source>
        <translation>Componiendo</translation>
    </message>
    <message>
        <source>Stop here</source>
        <translation>Detener aquí</translation>
    </message>
    <message>
        <source>Ends the writing and keeps what there is</source>
        <translation>Deja de escribir y conserva lo que hay</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Forgets what was written (Esc)</source>
        <translation>Olvida lo escrito (Esc)</translation>
    </message>
    <message>
        <source>No style is installed.</source>
        <translation>No hay ningún estilo instalado.</translation>
    </message>
</context>
<context>
    <name>Editing</name>
    <message>
        <source>Cut</source>
        <translation>Cortar</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Pegar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Delete notes</source>
        <translation>Eliminar notas</translation>
    </message>
    <message>
        <source>Transpose</source>
        <translation>Transportar</translation>
    </message>
    <message>
        <source>Move notes</source>
        <translation>Mover notas</translation>
    </message>
    <message>
        <source>Resize notes</source>
        <translation>Cambiar la duración</translation>
    </message>
    <message>
        <source>There is no snap grid to quantise to; choose one, or quantise with Shift+Q.</source>
        <translation>No hay cuadrícula a la que cuantizar; elija una o cuantice con Mayús+Q.</translation>
    </message>
    <message>
        <source>Quantise</source>
        <translation>Cuantizar</translation>
    </message>
    <message>
        <source>Reverse</source>
        <translation>Invertir en el tiempo</translation>
    </message>
    <message>
        <source>Legato</source>
        <translation>Legato</translation>
    </message>
    <message>
        <source>No selected note sounds at the playhead.</source>
        <translation>Ninguna nota seleccionada suena en el cursor de reproducción.</translation>
    </message>
    <message>
        <source>Split notes</source>
        <translation>Dividir notas</translation>
    </message>
    <message>
        <source>Join notes</source>
        <translation>Unir notas</translation>
    </message>
    <message>
        <source>Only neighbours on one pitch are joined, not more than a grid step apart.</source>
        <translation>Solo se unen notas vecinas de la misma altura, separadas como mucho un paso de la cuadrícula.</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>Silenciar</translation>
    </message>
</context>
<context>
    <name>Examples</name>
    <message>
        <source>Elise</source>
        <translation>Para Elisa</translation>
    </message>
    <message>
        <source>Melody</source>
        <translation>Melodía</translation>
    </message>
    <message>
        <source>Nocturne</source>
        <translation>Nocturno</translation>
    </message>
    <message>
        <source>Prelude in c</source>
        <translation>Preludio en do</translation>
    </message>
    <message>
        <source>Royal theme</source>
        <translation>Tema regio</translation>
    </message>
    <message>
        <source>Whole tone</source>
        <translation>Tonos enteros</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>Open a MIDI file</source>
        <translation>Abrir un archivo MIDI</translation>
    </message>
    <message>
        <source>Opening {name}</source>
        <translation>Abriendo {name}</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sin título</translation>
    </message>
    <message>
        <source>Save as MIDI</source>
        <translation>Guardar como MIDI</translation>
    </message>
    <message>
        <source>MIDI files (*.mid)</source>
        <translation>Archivos MIDI (*.mid)</translation>
    </message>
    <message>
        <source>Export MIDI</source>
        <translation>Exportar MIDI</translation>
    </message>
    <message>
        <source>Export WAV</source>
        <translation>Exportar WAV</translation>
    </message>
    <message>
        <source>WAV files (*.wav)</source>
        <translation>Archivos WAV (*.wav)</translation>
    </message>
    <message>
        <source>Exporting {name}</source>
        <translation>Exportando {name}</translation>
    </message>
    <message>
        <source>The export was cancelled; no file was written.</source>
        <translation>Se canceló la exportación; no se ha escrito ningún archivo.</translation>
    </message>
    <message>
        <source>Exported {name} to {folder}</source>
        <translation>{name} exportado a {folder}</translation>
    </message>
    <message>
        <source>this piece</source>
        <translation>esta pieza</translation>
    </message>
    <message>
        <source>Save the changes to “{name}”?</source>
        <translation>¿Guardar los cambios de «{name}»?</translation>
    </message>
    <message>
        <source>They are lost otherwise.</source>
        <translation>Si no, se perderán.</translation>
    </message>
    <message>
        <source>MIDI files (*.mid *.midi *.smf *.kar);;All files (*)</source>
        <translation>Archivos MIDI (*.mid *.midi *.smf *.kar);;Todos los archivos (*)</translation>
    </message>
</context>
<context>
    <name>Gestures</name>
    <message>
        <source>Draw note</source>
        <translation>Dibujar nota</translation>
    </message>
    <message>
        <source>Copy notes</source>
        <translation>Copiar notas</translation>
    </message>
    <message>
        <source>Move notes</source>
        <translation>Mover notas</translation>
    </message>
    <message>
        <source>Resize notes</source>
        <translation>Cambiar la duración</translation>
    </message>
    <message>
        <source>Erase notes</source>
        <translation>Borrar notas</translation>
    </message>
</context>
<context>
    <name>Handlers</name>
    <message>
        <source>{language} from the next start on.</source>
        <translation>{language} a partir del próximo inicio.</translation>
    </message>
    <message>
        <source>Start again now</source>
        <translation>Reiniciar ahora</translation>
    </message>
</context>
<context>
    <name>JobStrip</name>
    <message>
        <source>Progress</source>
        <translation>Progreso</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Of the system</source>
        <translation>El del sistema</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>Cargando el modelo…</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Do what the message proposes</source>
        <translation>Hacer lo que propone el mensaje</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Cerrar el aviso</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>There is no file named {path}.</source>
        <translation>No hay ningún archivo llamado {path}.</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}.</source>
        <translation>No se puede leer {path}: {reason}.</translation>
    </message>
    <message>
        <source>{path} is empty, so there is nothing to open.</source>
        <translation>{path} está vacío; no hay nada que abrir.</translation>
    </message>
    <message>
        <source>{path} is not a MIDI file, or it is damaged.</source>
        <translation>{path} no es un archivo MIDI o está dañado.</translation>
    </message>
    <message>
        <source>{path} has no notes that a piano could play.</source>
        <translation>{path} no tiene notas que pueda tocar un piano.</translation>
    </message>
    <message>
        <source>{path} exists already; choose another name.</source>
        <translation>{path} ya existe; elija otro nombre.</translation>
    </message>
    <message>
        <source>{path} cannot be written: {reason}.</source>
        <translation>No se puede escribir {path}: {reason}.</translation>
    </message>
    <message>
        <source>{path} holds an interrupted run: go on with it, or begin again.</source>
        <translation>{path} contiene un entrenamiento interrumpido: continúelo o empiece de nuevo.</translation>
    </message>
    <message>
        <source>Composing stopped unexpectedly and nothing was changed; press Compose again.</source>
        <translation>La composición se detuvo de forma inesperada y no se ha cambiado nada; pulse Componer otra vez.</translation>
    </message>
    <message>
        <source>Composing failed, and nothing was changed: {reason}.</source>
        <translation>La composición falló y no se ha cambiado nada: {reason}.</translation>
    </message>
    <message>
        <source>No style is installed, so nothing can be composed.</source>
        <translation>No hay ningún estilo instalado, así que no se puede componer.</translation>
    </message>
    <message>
        <source>{path} is not a MIDI file; only .mid and .midi files can be opened.</source>
        <translation>{path} no es un archivo MIDI; solo se pueden abrir archivos .mid y .midi.</translation>
    </message>
    <message>
        <source>Something went wrong: {reason}.</source>
        <translation>Algo ha fallado: {reason}.</translation>
    </message>
    <message>
        <source>{path} is larger than {limit} MB.</source>
        <translation>{path} ocupa más de {limit} MB.</translation>
    </message>
    <message>
        <source>There is no style named {name!r}; installed are: {known}.</source>
        <translation>No hay ningún estilo llamado {name!r}; están instalados: {known}.</translation>
    </message>
    <message>
        <source>The style {name!r} cannot be used: {reason}.</source>
        <translation>No se puede usar el estilo {name!r}: {reason}.</translation>
    </message>
    <message>
        <source>A style named {name!r} is already installed.</source>
        <translation>Ya hay instalado un estilo llamado {name!r}.</translation>
    </message>
    <message>
        <source>The style {name!r} came with Ricercar and cannot be changed.</source>
        <translation>El estilo {name!r} viene con Ricercar y no se puede cambiar.</translation>
    </message>
    <message>
        <source>The style {name!r} cannot be removed: {heirs} would not work without it.</source>
        <translation>No se puede quitar el estilo {name!r}: {heirs} no funcionaría sin él.</translation>
    </message>
    <message>
        <source>{name!r} cannot be the name of a style; use 1 to 60 letters, digits, spaces, - or _.</source>
        <translation>{name!r} no puede ser el nombre de un estilo; use de 1 a 60 letras, cifras, espacios, - o _.</translation>
    </message>
    <message>
        <source>{path} is not a checkpoint that Ricercar can read: {reason}.</source>
        <translation>{path} no es un modelo que Ricercar pueda leer: {reason}.</translation>
    </message>
    <message>
        <source>The sequence has {length} positions, but this model sees at most {limit}.</source>
        <translation>La secuencia tiene {length} posiciones, pero este modelo ve como máximo {limit}.</translation>
    </message>
    <message>
        <source>There is no SoundFont at {path}.</source>
        <translation>No hay ninguna SoundFont en {path}.</translation>
    </message>
    <message>
        <source>{path} is not a SoundFont that FluidSynth can read.</source>
        <translation>{path} no es una SoundFont que FluidSynth pueda leer.</translation>
    </message>
    <message>
        <source>FluidSynth is not installed, so there is no sound; {how}.</source>
        <translation>FluidSynth no está instalado, así que no hay sonido; {how}.</translation>
    </message>
    <message>
        <source>There are no notes to hear.</source>
        <translation>No hay notas que escuchar.</translation>
    </message>
    <message>
        <source>This would sound for {hours} hours; a WAV file may last {limit} at most.</source>
        <translation>Esto sonaría durante {hours} horas; un archivo WAV puede durar como máximo {limit}.</translation>
    </message>
    <message>
        <source>{name} must be {expected}, not {value!r}.</source>
        <translation>{name} debe ser {expected}, no {value!r}.</translation>
    </message>
    <message>
        <source>There is no folder at {path}.</source>
        <translation>No hay ninguna carpeta en {path}.</translation>
    </message>
    <message>
        <source>{path} holds no MIDI file with enough notes to use.</source>
        <translation>{path} no contiene ningún archivo MIDI con notas suficientes.</translation>
    </message>
    <message>
        <source>{path} holds {found}; at least {needed} are needed.</source>
        <translation>{path} contiene {found}; hacen falta al menos {needed}.</translation>
    </message>
    <message>
        <source>{path} is not a Ricercar project that can be opened: {reason}.</source>
        <translation>{path} no es un proyecto de Ricercar que se pueda abrir: {reason}.</translation>
    </message>
    <message>
        <source>{path} was written by a newer version of Ricercar.</source>
        <translation>{path} se escribió con una versión más nueva de Ricercar.</translation>
    </message>
    <message>
        <source>There is no display to open a window on; the verbs (see ricercar --help) work without one.</source>
        <translation>No hay pantalla en la que abrir una ventana; las órdenes (véase ricercar --help) funcionan sin ella.</translation>
    </message>
    <message>
        <source>The window needs system libraries that are not installed ({reason}); see the README.</source>
        <translation>La ventana necesita bibliotecas del sistema que no están instaladas ({reason}); véase el README.</translation>
    </message>
    <message>
        <source>The command was not understood: {problem} (see {help}).</source>
        <translation>No se entiende la orden: {problem} (véase {help}).</translation>
    </message>
    <message>
        <source>The system refused to use {path}: {reason}.</source>
        <translation>El sistema no permite usar {path}: {reason}.</translation>
    </message>
    <message>
        <source>There is not enough memory for that.</source>
        <translation>No hay memoria suficiente para eso.</translation>
    </message>
</context>
<context>
    <name>Playback</name>
    <message>
        <source>Sound on</source>
        <translation>Con sonido</translation>
    </message>
    <message>
        <source>No sound</source>
        <translation>Sin sonido</translation>
    </message>
    <message>
        <source>No sound card was found, so nothing is heard; all else works, WAV export too.</source>
        <translation>No se encontró ninguna tarjeta de sonido, así que no se oye nada; todo lo demás funciona, también la exportación a WAV.</translation>
    </message>
    <message>
        <source>Nothing is heard, and WAV cannot be exported; all else works. {reason}</source>
        <translation>No se oye nada y no se puede exportar a WAV; todo lo demás funciona. {reason}</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>it is a folder</source>
        <translation>es una carpeta</translation>
    </message>
    <message>
        <source>it is not a file</source>
        <translation>no es un archivo</translation>
    </message>
    <message>
        <source>its folder is read-only</source>
        <translation>su carpeta es de solo lectura</translation>
    </message>
    <message>
        <source>there is no folder {}</source>
        <translation>no existe la carpeta {}</translation>
    </message>
    <message>
        <source>it is damaged</source>
        <translation>está dañado</translation>
    </message>
    <message>
        <source>its weights do not fit its card</source>
        <translation>sus pesos no corresponden a su ficha</translation>
    </message>
    <message>
        <source>its weights cannot be read</source>
        <translation>no se pueden leer sus pesos</translation>
    </message>
    <message>
        <source>its weights give no probabilities</source>
        <translation>sus pesos no dan probabilidades</translation>
    </message>
    <message>
        <source>its bases lead in a circle</source>
        <translation>sus modelos base forman un círculo</translation>
    </message>
    <message>
        <source>its card cannot be read</source>
        <translation>no se puede leer su ficha</translation>
    </message>
    <message>
        <source>its card lacks {}</source>
        <translation>a su ficha le falta {}</translation>
    </message>
    <message>
        <source>{}, which it stands on, has changed</source>
        <translation>ha cambiado {}, en el que se basa</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>no existe el archivo o la carpeta</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>permiso denegado</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>es una carpeta</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>no queda espacio en el disco</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>el disco es de solo lectura</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>el nombre es demasiado largo</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>error de entrada o salida</translation>
    </message>
    <message>
        <source>{} note has no end; closed at the track&apos;s end.</source>
        <translation>{} nota no tiene fin; se cerró al final de la pista.</translation>
    </message>
    <message>
        <source>{} notes have no end; closed at the track&apos;s end.</source>
        <translation>{} notas no tienen fin; se cerraron al final de la pista.</translation>
    </message>
    <message>
        <source>The drum channel is kept, but the piano does not play it.</source>
        <translation>El canal de percusión se conserva, pero el piano no lo toca.</translation>
    </message>
</context>
<context>
    <name>Roll</name>
    <message>
        <source>Drop to open</source>
        <translation>Suelte para abrir</translation>
    </message>
    <message>
        <source>An empty page</source>
        <translation>Una página en blanco</translation>
    </message>
</context>
<context>
    <name>RollView</name>
    <message>
        <source>Piano roll</source>
        <translation>Rollo de piano</translation>
    </message>
    <message>
        <source>{n} selected: {names}</source>
        <translation>{n} seleccionadas: {names}</translation>
    </message>
    <message>
        <source>Bar {bar}, beat {beat}</source>
        <translation>Compás {bar}, tiempo {beat}</translation>
    </message>
    <message>
        <source>velocity {v}</source>
        <translation>velocidad {v}</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>{n} note selected</source>
        <translation>{n} nota seleccionada</translation>
    </message>
    <message>
        <source>{n} notes selected</source>
        <translation>{n} notas seleccionadas</translation>
    </message>
</context>
<context>
    <name>Styles</name>
    <message>
        <source>Avant-garde</source>
        <translation>Vanguardia</translation>
    </message>
    <message>
        <source>Rachmaninoff, Scriabin, Debussy and Ravel.</source>
        <translation>Rajmáninov, Skriabin, Debussy y Ravel.</translation>
    </message>
    <message>
        <source>Baroque</source>
        <translation>Barroco</translation>
    </message>
    <message>
        <source>Bach.</source>
        <translation>Bach.</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>Base</translation>
    </message>
    <message>
        <source>Piano music from Bach to Ravel, by 26 composers; the styles were taught from it.</source>
        <translation>Música para piano de Bach a Ravel, de 26 compositores; de ella parten los estilos.</translation>
    </message>
    <message>
        <source>Romantic</source>
        <translation>Romántico</translation>
    </message>
    <message>
        <source>Chopin.</source>
        <translation>Chopin.</translation>
    </message>
</context>
<context>
    <name>TakeCard</name>
    <message>
        <source>Take {n}, {count} notes, {time}</source>
        <translation>Toma {n}, {count} notas, {time}</translation>
    </message>
    <message>
        <source>Random seed {seed}   Ctrl+{n}</source>
        <translation>Semilla aleatoria {seed}   Ctrl+{n}</translation>
    </message>
    <message>
        <source>Take {n}</source>
        <translation>Toma {n}</translation>
    </message>
    <message>
        <source>{n} note</source>
        <translation>{n} nota</translation>
    </message>
    <message>
        <source>{n} notes</source>
        <translation>{n} notas</translation>
    </message>
    <message>
        <source>writing…</source>
        <translation>escribiendo…</translation>
    </message>
</context>
<context>
    <name>TakesPanel</name>
    <message>
        <source>Takes</source>
        <translation>Tomas</translation>
    </message>
    <message>
        <source>Write again</source>
        <translation>Reescribir</translation>
    </message>
    <message>
        <source>Writes the chosen take anew</source>
        <translation>Vuelve a escribir la toma elegida</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Takes all of them out of the piece</source>
        <translation>Las quita todas de la pieza</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conservar</translation>
    </message>
    <message>
        <source>Keeps the chosen take and puts the others away</source>
        <translation>Conserva la toma elegida y retira las demás</translation>
    </message>
    <message>
        <source>Ctrl+1 to Ctrl+{n} to choose</source>
        <translation>Ctrl+1 a Ctrl+{n} para elegir</translation>
    </message>
</context>
<context>
    <name>TransportBar</name>
    <message>
        <source>Pencil (1): draws, moves and resizes notes</source>
        <translation>Lápiz (1): dibuja, mueve y alarga notas</translation>
    </message>
    <message>
        <source>Select (2): a box selects, Shift-drag copies</source>
        <translation>Seleccionar (2): un recuadro selecciona, Mayús y arrastrar copia</translation>
    </message>
    <message>
        <source>Erase (3): takes away what it touches</source>
        <translation>Borrar (3): quita lo que toca</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Herramienta</translation>
    </message>
    <message>
        <source>Snap grid</source>
        <translation>Cuadrícula de ajuste</translation>
    </message>
    <message>
        <source>Snap grid; hold Alt to ignore it</source>
        <translation>Cuadrícula de ajuste; con Alt se ignora</translation>
    </message>
    <message>
        <source>Snap: auto</source>
        <translation>Ajuste: auto</translation>
    </message>
    <message>
        <source>bar</source>
        <translation>compás</translation>
    </message>
    <message>
        <source>off</source>
        <translation>no</translation>
    </message>
    <message>
        <source>Snap: {step}</source>
        <translation>Ajuste: {step}</translation>
    </message>
    <message>
        <source>To the beginning (Home)</source>
        <translation>Al principio (Inicio)</translation>
    </message>
    <message>
        <source>Play (Space)</source>
        <translation>Reproducir (Espacio)</translation>
    </message>
    <message>
        <source>Follow the playhead</source>
        <translation>Seguir el cursor de reproducción</translation>
    </message>
    <message>
        <source>Bar and beat</source>
        <translation>Compás y tiempo</translation>
    </message>
    <message>
        <source>Undo (Ctrl+Z)</source>
        <translation>Deshacer (Ctrl+Z)</translation>
    </message>
    <message>
        <source>Redo (Ctrl+Y)</source>
        <translation>Rehacer (Ctrl+Y)</translation>
    </message>
    <message>
        <source>Zoom out (Ctrl+-)</source>
        <translation>Alejar (Ctrl+-)</translation>
    </message>
    <message>
        <source>Zoom in (Ctrl++)</source>
        <translation>Acercar (Ctrl++)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Stop (Space)</source>
        <translation>Detener (Espacio)</translation>
    </message>
    <message>
        <source>{qpm} bpm</source>
        <translation>{qpm} ppm</translation>
    </message>
</context>
<context>
    <name>Upkeep</name>
    <message>
        <source>Untitled</source>
        <translation>Sin título</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Deshacer</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Rehacer</translation>
    </message>
    <message>
        <source>Draw with the pencil, or drop a MIDI file here.</source>
        <translation>Dibuje con el lápiz o suelte aquí un archivo MIDI.</translation>
    </message>
    <message>
        <source>Or press Compose: {style} begins from nothing.</source>
        <translation>O pulse Componer: {style} empieza desde cero.</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>el modelo</translation>
    </message>
    <message>
        <source>Begins from nothing</source>
        <translation>Empieza desde cero</translation>
    </message>
    <message>
        <source>Begins from nothing and replaces all notes</source>
        <translation>Empieza desde cero y sustituye todas las notas</translation>
    </message>
    <message>
        <source>Replaces what follows bar {bar}, beat {beat}</source>
        <translation>Sustituye lo que sigue al compás {bar}, tiempo {beat}</translation>
    </message>
    <message>
        <source>Continues after bar {bar}</source>
        <translation>Continúa tras el compás {bar}</translation>
    </message>
    <message>
        <source>{n} note written</source>
        <translation>{n} nota escrita</translation>
    </message>
    <message>
        <source>{n} notes written</source>
        <translation>{n} notas escritas</translation>
    </message>
    <message>
        <source>Reading the theme…</source>
        <translation>Leyendo el tema…</translation>
    </message>
    <message>
        <source>Model ready</source>
        <translation>Modelo listo</translation>
    </message>
    <message>
        <source>Model not ready</source>
        <translation>Modelo no disponible</translation>
    </message>
</context>
</TS>
