<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es_ES" sourcelanguage="en">
<context>
    <name>About</name>
    <message>
        <source>About Ricercar</source>
        <translation>Acerca de Ricercar</translation>
    </message>
    <message>
        <source>Copy versions</source>
        <translation>Copiar las versiones</translation>
    </message>
    <message>
        <source>For a letter to those who can help</source>
        <translation>Para escribir a quien pueda ayudar</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>What it brings</source>
        <translation>Lo que trae</translation>
    </message>
    <message>
        <source>What it stands on</source>
        <translation>En qué se apoya</translation>
    </message>
    <message>
        <source>Give it a theme: it goes on in the manner you choose.</source>
        <translation>Dele un tema: continúa en el estilo que elija.</translation>
    </message>
    <message>
        <source>Versions and licences</source>
        <translation>Versiones y licencias</translation>
    </message>
    <message>
        <source>The models learned from ASAP and MAESTRO (CC BY-NC-SA 4.0) and piano-midi.de (CC BY-SA). Use, share and retrain them for anything that is not commercial, name these sources, and pass them on under the same terms.</source>
        <translation>Los modelos aprendieron de ASAP y MAESTRO (CC BY-NC-SA 4.0) y de piano-midi.de (CC BY-SA). Úselos, compártalos y reentrénelos para todo lo que no sea comercial, cite estas fuentes y páselos en las mismas condiciones.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
</context>
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
        <translation>Abrir &amp;un tema</translation>
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
        <translation>&amp;Exportar MIDI…</translation>
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
        <translation>&amp;Cortar</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>C&amp;opiar</translation>
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
        <translation>&amp;Seleccionar todo</translation>
    </message>
    <message>
        <source>&amp;Next note</source>
        <translation>&amp;Nota siguiente</translation>
    </message>
    <message>
        <source>Pre&amp;vious note</source>
        <translation>Nota &amp;anterior</translation>
    </message>
    <message>
        <source>Cancel or deselect</source>
        <translation>Cancelar o deseleccionar</translation>
    </message>
    <message>
        <source>&amp;Pencil</source>
        <translation>Lápi&amp;z</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>Seleccionar</translation>
    </message>
    <message>
        <source>&amp;Erase</source>
        <translation>&amp;Borrar</translation>
    </message>
    <message>
        <source>Semitone &amp;up</source>
        <translation>&amp;Subir un semitono</translation>
    </message>
    <message>
        <source>Semitone &amp;down</source>
        <translation>&amp;Bajar un semitono</translation>
    </message>
    <message>
        <source>&amp;Octave up</source>
        <translation>Subir &amp;una octava</translation>
    </message>
    <message>
        <source>Octa&amp;ve down</source>
        <translation>Bajar una &amp;octava</translation>
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
        <translation>&amp;Más larga</translation>
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
        <source>&amp;Help</source>
        <translation>A&amp;yuda</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>Abrir &amp;reciente</translation>
    </message>
    <message>
        <source>&amp;Unsaved pieces…</source>
        <translation>&amp;Piezas sin guardar…</translation>
    </message>
    <message>
        <source>Export MIDI on the &amp;grid…</source>
        <translation>Exportar &amp;MIDI en la cuadrícula…</translation>
    </message>
    <message>
        <source>Export Music&amp;XML…</source>
        <translation>E&amp;xportar MusicXML…</translation>
    </message>
    <message>
        <source>Paste at the play&amp;head</source>
        <translation>&amp;Pegar en el cursor de reproducción</translation>
    </message>
    <message>
        <source>&amp;Invert the selection</source>
        <translation>&amp;Invertir la selección</translation>
    </message>
    <message>
        <source>Select ali&amp;ke</source>
        <translation>Se&amp;leccionar similares</translation>
    </message>
    <message>
        <source>Same &amp;pitch</source>
        <translation>&amp;Misma altura</translation>
    </message>
    <message>
        <source>Same note in every &amp;octave</source>
        <translation>Misma &amp;nota en todas las octavas</translation>
    </message>
    <message>
        <source>Same &amp;length</source>
        <translation>Misma &amp;duración</translation>
    </message>
    <message>
        <source>Same place in the &amp;bar</source>
        <translation>Mismo &amp;lugar del compás</translation>
    </message>
    <message>
        <source>Q&amp;uantise…</source>
        <translation>C&amp;uantizar…</translation>
    </message>
    <message>
        <source>&amp;Pitch</source>
        <translation>&amp;Altura</translation>
    </message>
    <message>
        <source>&amp;Time</source>
        <translation>&amp;Tiempo</translation>
    </message>
    <message>
        <source>&amp;Length</source>
        <translation>&amp;Duración</translation>
    </message>
    <message>
        <source>&amp;Velocity…</source>
        <translation>&amp;Velocidad…</translation>
    </message>
    <message>
        <source>&amp;Duplicate a third up</source>
        <translation>Du&amp;plicar una tercera arriba</translation>
    </message>
    <message>
        <source>&amp;Mute</source>
        <translation>&amp;Silenciar</translation>
    </message>
    <message>
        <source>P&amp;edal under the selection</source>
        <translation>Pedal &amp;bajo la selección</translation>
    </message>
    <message>
        <source>Scale &amp;step up</source>
        <translation>Subir un &amp;grado de la escala</translation>
    </message>
    <message>
        <source>Scale s&amp;tep down</source>
        <translation>Bajar un grado &amp;de la escala</translation>
    </message>
    <message>
        <source>T&amp;ranspose…</source>
        <translation>&amp;Transportar…</translation>
    </message>
    <message>
        <source>S&amp;nap to the scale</source>
        <translation>&amp;Ajustar a la escala</translation>
    </message>
    <message>
        <source>&amp;Invert…</source>
        <translation>&amp;Inversión…</translation>
    </message>
    <message>
        <source>&amp;Stretch…</source>
        <translation>&amp;Estirar…</translation>
    </message>
    <message>
        <source>&amp;Reverse</source>
        <translation>&amp;Retrógrado</translation>
    </message>
    <message>
        <source>&amp;Humanise…</source>
        <translation>&amp;Humanizar…</translation>
    </message>
    <message>
        <source>Set &amp;length…</source>
        <translation>&amp;Fijar la duración…</translation>
    </message>
    <message>
        <source>L&amp;egato</source>
        <translation>&amp;Legato</translation>
    </message>
    <message>
        <source>S&amp;plit at the playhead</source>
        <translation>&amp;Dividir en el cursor</translation>
    </message>
    <message>
        <source>Spl&amp;it into…</source>
        <translation>Dividir &amp;en…</translation>
    </message>
    <message>
        <source>&amp;Join</source>
        <translation>&amp;Unir</translation>
    </message>
    <message>
        <source>&amp;Stop here</source>
        <translation>&amp;Detener aquí</translation>
    </message>
    <message>
        <source>C&amp;ancel</source>
        <translation>C&amp;ancelar</translation>
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
        <source>Take &amp;5</source>
        <translation>Toma &amp;5</translation>
    </message>
    <message>
        <source>Take &amp;6</source>
        <translation>Toma &amp;6</translation>
    </message>
    <message>
        <source>Take &amp;7</source>
        <translation>Toma &amp;7</translation>
    </message>
    <message>
        <source>Take &amp;8</source>
        <translation>Toma &amp;8</translation>
    </message>
    <message>
        <source>Take &amp;9</source>
        <translation>Toma &amp;9</translation>
    </message>
    <message>
        <source>&amp;Keep the take</source>
        <translation>Conservar &amp;la toma</translation>
    </message>
    <message>
        <source>&amp;Discard the takes</source>
        <translation>Descartar las &amp;tomas</translation>
    </message>
    <message>
        <source>&amp;Teach a style…</source>
        <translation>&amp;Enseñar un estilo…</translation>
    </message>
    <message>
        <source>St&amp;yles…</source>
        <translation>E&amp;stilos…</translation>
    </message>
    <message>
        <source>&amp;Play / stop</source>
        <translation>&amp;Reproducir / detener</translation>
    </message>
    <message>
        <source>To the &amp;beginning</source>
        <translation>&amp;Al principio</translation>
    </message>
    <message>
        <source>&amp;Follow the playhead</source>
        <translation>&amp;Seguir el cursor de reproducción</translation>
    </message>
    <message>
        <source>&amp;Loop the selection</source>
        <translation>Repetir &amp;la selección en bucle</translation>
    </message>
    <message>
        <source>&amp;End the loop</source>
        <translation>&amp;Terminar el bucle</translation>
    </message>
    <message>
        <source>&amp;Marker at the playhead…</source>
        <translation>&amp;Marcador en el cursor…</translation>
    </message>
    <message>
        <source>&amp;Tempo at the playhead…</source>
        <translation>Tempo &amp;en el cursor…</translation>
    </message>
    <message>
        <source>Mete&amp;r at the playhead…</source>
        <translation>&amp;Indicación de compás en el cursor…</translation>
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
        <source>&amp;Velocities and pedal</source>
        <translation>&amp;Velocidades y pedal</translation>
    </message>
    <message>
        <source>&amp;Taller lanes</source>
        <translation>Ca&amp;rriles más altos</translation>
    </message>
    <message>
        <source>&amp;Shorter lanes</source>
        <translation>Carriles más &amp;bajos</translation>
    </message>
    <message>
        <source>&amp;Key and scale…</source>
        <translation>&amp;Tonalidad y escala…</translation>
    </message>
    <message>
        <source>La&amp;yers…</source>
        <translation>&amp;Capas…</translation>
    </message>
    <message>
        <source>Next &amp;pane</source>
        <translation>&amp;Panel siguiente</translation>
    </message>
    <message>
        <source>Previous p&amp;ane</source>
        <translation>Pa&amp;nel anterior</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>C&amp;olores</translation>
    </message>
    <message>
        <source>As the &amp;desktop</source>
        <translation>&amp;Como el escritorio</translation>
    </message>
    <message>
        <source>&amp;Keys and mouse</source>
        <translation>&amp;Teclas y ratón</translation>
    </message>
    <message>
        <source>&amp;Change keys…</source>
        <translation>&amp;Cambiar las teclas…</translation>
    </message>
    <message>
        <source>&amp;About Ricercar</source>
        <translation>&amp;Acerca de Ricercar</translation>
    </message>
    <message>
        <source>D&amp;ark</source>
        <translation>&amp;Oscuro</translation>
    </message>
    <message>
        <source>Regenerate se&amp;lection</source>
        <translation>&amp;Regenerar la selección</translation>
    </message>
    <message>
        <source>Re&amp;generate take</source>
        <translation>Re&amp;generar la toma</translation>
    </message>
    <message>
        <source>Use only the selection as conte&amp;xt</source>
        <translation>Usar solo la selección como conte&amp;xto</translation>
    </message>
    <message>
        <source>Next &amp;layer</source>
        <translation>Capa &amp;siguiente</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>C&amp;laro</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>&amp;Idioma</translation>
    </message>
</context>
<context>
    <name>AdvancedFields</name>
    <message>
        <source>Attempts per phrase</source>
        <translation>Intentos por frase</translation>
    </message>
    <message>
        <source>Candidates written of each phrase (best-of-n); the best one stays, 1 takes the first</source>
        <translation>Candidatos que se escriben de cada frase (best-of-n): queda el mejor; 1 toma el primero</translation>
    </message>
    <message>
        <source>Advanced settings</source>
        <translation>Ajustes avanzados</translation>
    </message>
    <message>
        <source>Timing</source>
        <translation>Ajuste al pulso</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automático</translation>
    </message>
    <message>
        <source>As the theme does: on the grid where it is, else as played</source>
        <translation>Como el tema: en la cuadrícula si él lo está; si no, como se toca</translation>
    </message>
    <message>
        <source>As played</source>
        <translation>Como se toca</translation>
    </message>
    <message>
        <source>Free of the beat, as people play</source>
        <translation>Libre del pulso, como toca la gente</translation>
    </message>
    <message>
        <source>Steady</source>
        <translation>Estable</translation>
    </message>
    <message>
        <source>Near the parts of the beat, not quite on them</source>
        <translation>Cerca de las partes del pulso, no del todo en ellas</translation>
    </message>
    <message>
        <source>On the grid</source>
        <translation>En la cuadrícula</translation>
    </message>
    <message>
        <source>Exactly on the parts of the beat that the theme uses</source>
        <translation>Justo en las partes del pulso que usa el tema</translation>
    </message>
    <message>
        <source>How strictly new notes keep to the beat</source>
        <translation>Con qué rigor siguen el pulso las notas nuevas</translation>
    </message>
</context>
<context>
    <name>Appearance</name>
    <message>
        <source>Of the system</source>
        <translation>El del sistema</translation>
    </message>
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
    <name>CheatSheet</name>
    <message>
        <source>Keys and mouse</source>
        <translation>Teclas y ratón</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>Guardar como PDF…</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>Imprimir…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Ricercar: keys and mouse</source>
        <translation>Ricercar: teclas y ratón</translation>
    </message>
    <message>
        <source>“{name}” exists already</source>
        <translation>«{name}» ya existe</translation>
    </message>
    <message>
        <source>Ricercar keys.pdf</source>
        <translation>Teclas de Ricercar.pdf</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>Guardar como PDF</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>Archivos PDF (*.pdf)</translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message>
        <source>Before and after</source>
        <translation>Antes y después</translation>
    </message>
    <message>
        <source>Openings it has never heard, continued by both. Which is better?</source>
        <translation>Comienzos que nunca ha oído, continuados por los dos. ¿Cuál es mejor?</translation>
    </message>
    <message>
        <source>Composing</source>
        <translation>Componiendo</translation>
    </message>
    <message>
        <source>Both are composing…</source>
        <translation>Los dos están componiendo…</translation>
    </message>
    <message>
        <source>Reveal</source>
        <translation>Descubrir</translation>
    </message>
    <message>
        <source>Fits your test pieces</source>
        <translation>Encaja con sus piezas de prueba</translation>
    </message>
    <message>
        <source>Saved version</source>
        <translation>Versión guardada</translation>
    </message>
    <message>
        <source>The step of training, and how test pieces surprise it then (validation loss)</source>
        <translation>El paso del entrenamiento, y cuánto le sorprenden entonces las piezas de prueba (pérdida de validación)</translation>
    </message>
    <message>
        <source>Share of the trained weights in the interpolated checkpoint</source>
        <translation>Parte de los pesos entrenados en el punto interpolado</translation>
    </message>
    <message>
        <source>Nothing that was learned fits the test pieces better than the base does, so the base is kept and nothing is saved. More music, or music of one manner, helps.</source>
        <translation>Nada de lo aprendido encaja mejor que la base con las piezas de prueba, así que se conserva la base y no se guarda nada. Ayuda más música, o música de una misma manera.</translation>
    </message>
    <message>
        <source>{n} % of the way from the base to fully trained.</source>
        <translation>El {n} % del camino de la base a entrenado del todo.</translation>
    </message>
    <message>
        <source>Learned: its longest run from your music has {n} notes; test pieces share up to {m}.</source>
        <translation>Aprendido: su tramo más largo de su música tiene {n} notas; las piezas de prueba comparten hasta {m}.</translation>
    </message>
    <message>
        <source>base</source>
        <translation>base</translation>
    </message>
    <message>
        <source>style</source>
        <translation>estilo</translation>
    </message>
    <message>
        <source>Learned, or memorised?</source>
        <translation>¿Aprendido o memorizado?</translation>
    </message>
    <message>
        <source>Step {n}: {nats}</source>
        <translation>Paso {n}: {nats}</translation>
    </message>
    <message>
        <source>{step} (best)</source>
        <translation>{step} (mejor)</translation>
    </message>
    <message>
        <source>It repeats your music by heart: {n} notes in a row. More music helps.</source>
        <translation>Repite su música de memoria: {n} notas seguidas. Ayuda más música.</translation>
    </message>
    <message>
        <source>Learned: what it wrote has no run of notes in common with your music.</source>
        <translation>Aprendido: lo que escribió no tiene ningún pasaje en común con su música.</translation>
    </message>
    <message>
        <source>New style {n}, base {m}, alike {k}</source>
        <translation>Estilo nuevo {n}, base {m}, iguales {k}</translation>
    </message>
</context>
<context>
    <name>ComposeFlow</name>
    <message>
        <source>Nothing was written: the model ended the piece at once. Try again.</source>
        <translation>No se ha escrito nada: el modelo dio la pieza por terminada. Inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Componer</translation>
    </message>
    <message>
        <source>Regenerate take {n}</source>
        <translation>Regenerar la toma {n}</translation>
    </message>
    <message>
        <source>Regenerate selection</source>
        <translation>Regenerar la selección</translation>
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
        <source>Writes on from where the line stands</source>
        <translation>Sigue escribiendo desde la línea</translation>
    </message>
    <message>
        <source>Forgets what was written</source>
        <translation>Olvida lo escrito</translation>
    </message>
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
        <source>Variation number</source>
        <translation>N.º de variación</translation>
    </message>
    <message>
        <source>The same number gives the same notes again; empty draws a new one (random seed)</source>
        <translation>El mismo número da otra vez las mismas notas; vacío, se sortea uno nuevo (semilla aleatoria)</translation>
    </message>
    <message>
        <source>End with a cadence</source>
        <translation>Terminar con una cadencia</translation>
    </message>
    <message>
        <source>Takes</source>
        <translation>Tomas</translation>
    </message>
    <message>
        <source>new each time</source>
        <translation>nueva cada vez</translation>
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
        <source>Leads to a close within the length, rather than breaking off</source>
        <translation>Conduce a un cierre dentro de la duración, en lugar de cortarse</translation>
    </message>
    <message>
        <source>Play while it is written</source>
        <translation>Escuchar mientras se escribe</translation>
    </message>
    <message>
        <source>Style amount</source>
        <translation>Dosis de estilo</translation>
    </message>
    <message>
        <source>0 % composes like the base, 100 % as the style does best, more exaggerates (strength {n})</source>
        <translation>0 % compone como la base, 100 % como mejor lo hace el estilo, más lo exagera (fuerza {n})</translation>
    </message>
    <message>
        <source>Adventurousness</source>
        <translation>Audacia</translation>
    </message>
    <message>
        <source>Temperature {n}: 0 always takes the likeliest note, 1 draws as the model believes</source>
        <translation>Temperatura {n}: 0 toma siempre la nota más probable, 1 sortea según lo que cree el modelo</translation>
    </message>
    <message>
        <source>safe</source>
        <translation>baja</translation>
    </message>
    <message>
        <source>wild</source>
        <translation>alta</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Componer</translation>
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
        <source>Quality</source>
        <translation>Calidad</translation>
    </message>
    <message>
        <source>No style is installed.</source>
        <translation>No hay ningún estilo instalado.</translation>
    </message>
</context>
<context>
    <name>DropZone</name>
    <message>
        <source>Drop a folder or MIDI files here</source>
        <translation>Suelte aquí una carpeta o archivos MIDI</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Elegir una carpeta…</translation>
    </message>
    <message>
        <source>Choose files…</source>
        <translation>Elegir archivos…</translation>
    </message>
    <message>
        <source>Twenty minutes of music make a style, an hour makes a good one.
Drums are left out, and so are files that are twice the same.</source>
        <translation>Veinte minutos de música hacen un estilo; una hora, uno bueno.
La batería se deja fuera, y también los archivos repetidos.</translation>
    </message>
</context>
<context>
    <name>EditActions</name>
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
    <message>
        <source>Nothing was changed: the notes would end beyond all time.</source>
        <translation>No se ha cambiado nada: las notas acabarían más allá de todo tiempo.</translation>
    </message>
</context>
<context>
    <name>EditFormDialog</name>
    <message>
        <source>Preview</source>
        <translation>Vista previa</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Aplicar</translation>
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
        <source>in {scale}</source>
        <translation>en {scale}</translation>
    </message>
    <message>
        <source>in {scale}, since no key is chosen</source>
        <translation>en {scale}, porque no se ha elegido tonalidad</translation>
    </message>
    <message>
        <source>about {pitch}</source>
        <translation>en torno a {pitch}</translation>
    </message>
    <message>
        <source>The roll has no grid: choose one here.</source>
        <translation>El rollo no tiene cuadrícula: elija una aquí.</translation>
    </message>
    <message>
        <source>bars</source>
        <translation>compases</translation>
    </message>
    <message>
        <source>to {grid}, every second line later</source>
        <translation>a {grid}, cada segunda línea más tarde</translation>
    </message>
    <message>
        <source>to {grid}, straight</source>
        <translation>a {grid}, recto</translation>
    </message>
    <message>
        <source>unison</source>
        <translation>unísono</translation>
    </message>
    <message>
        <source>minor second</source>
        <translation>segunda menor</translation>
    </message>
    <message>
        <source>major second</source>
        <translation>segunda mayor</translation>
    </message>
    <message>
        <source>minor third</source>
        <translation>tercera menor</translation>
    </message>
    <message>
        <source>major third</source>
        <translation>tercera mayor</translation>
    </message>
    <message>
        <source>fourth</source>
        <translation>cuarta</translation>
    </message>
    <message>
        <source>tritone</source>
        <translation>tritono</translation>
    </message>
    <message>
        <source>fifth</source>
        <translation>quinta</translation>
    </message>
    <message>
        <source>minor sixth</source>
        <translation>sexta menor</translation>
    </message>
    <message>
        <source>major sixth</source>
        <translation>sexta mayor</translation>
    </message>
    <message>
        <source>minor seventh</source>
        <translation>séptima menor</translation>
    </message>
    <message>
        <source>major seventh</source>
        <translation>séptima mayor</translation>
    </message>
    <message>
        <source>octave</source>
        <translation>octava</translation>
    </message>
    <message>
        <source>{n} octaves</source>
        <translation>{n} octavas</translation>
    </message>
    <message>
        <source>up</source>
        <translation>hacia arriba</translation>
    </message>
    <message>
        <source>down</source>
        <translation>hacia abajo</translation>
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
    <name>Exports</name>
    <message>
        <source>Export MIDI</source>
        <translation>Exportar MIDI</translation>
    </message>
    <message>
        <source>Export MIDI on the grid</source>
        <translation>Exportar MIDI en la cuadrícula</translation>
    </message>
    <message>
        <source>MIDI files (*.mid)</source>
        <translation>Archivos MIDI (*.mid)</translation>
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
        <source>Export MusicXML</source>
        <translation>Exportar MusicXML</translation>
    </message>
    <message>
        <source>MusicXML files (*.musicxml)</source>
        <translation>Archivos MusicXML (*.musicxml)</translation>
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
</context>
<context>
    <name>FileTable</name>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Duración</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notas</translation>
    </message>
    <message>
        <source>What becomes of it</source>
        <translation>Qué se hace con él</translation>
    </message>
    <message>
        <source>Used</source>
        <translation>Se usa</translation>
    </message>
    <message>
        <source>It</source>
        <translation>Este</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>Opening {name}</source>
        <translation>Abriendo {name}</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sin título</translation>
    </message>
    <message>
        <source>Open a piece or a MIDI file</source>
        <translation>Abrir una pieza o un archivo MIDI</translation>
    </message>
    <message>
        <source>One piece is open at a time: {name} was opened, {others} left out.</source>
        <translation>Solo se abre una pieza a la vez: se abrió {name}; se omitió {others}.</translation>
    </message>
    <message>
        <source>“{name}” is open in another window too: what is saved last replaces the other.</source>
        <translation>«{name}» está abierto también en otra ventana: lo último que se guarde sustituye a lo otro.</translation>
    </message>
    <message>
        <source>“{name}” was changed by another program since it was opened here. Replace it?</source>
        <translation>Otro programa ha cambiado «{name}» desde que se abrió aquí. ¿Sustituirlo?</translation>
    </message>
    <message>
        <source>Ricercar pieces (*.ricercar)</source>
        <translation>Piezas de Ricercar (*.ricercar)</translation>
    </message>
    <message>
        <source>Save the piece</source>
        <translation>Guardar la pieza</translation>
    </message>
    <message>
        <source>“{name}” exists already. Replace it?</source>
        <translation>«{name}» ya existe. ¿Sustituirlo?</translation>
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
        <source>Replace</source>
        <translation>Sustituir</translation>
    </message>
    <message>
        <source>Pieces and MIDI files ({patterns});;All files (*)</source>
        <translation>Piezas y archivos MIDI ({patterns});;Todos los archivos (*)</translation>
    </message>
</context>
<context>
    <name>FinetuneController</name>
    <message>
        <source>Training was interrupted at {n} %.</source>
        <translation>El entrenamiento se interrumpió al {n} %.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>A style is in training: {left}</source>
        <translation>Se está entrenando un estilo: {left}</translation>
    </message>
    <message>
        <source>Training is over: hear what was learned.</source>
        <translation>El entrenamiento ha terminado: escuche lo aprendido.</translation>
    </message>
    <message>
        <source>A style is in training: paused</source>
        <translation>Se está entrenando un estilo: en pausa</translation>
    </message>
    <message>
        <source>Training was interrupted; not more than the last minute is lost.</source>
        <translation>El entrenamiento se interrumpió; se pierde como mucho el último minuto.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>The style {name} is ready: press Compose.</source>
        <translation>El estilo {name} está listo: pulse Componer.</translation>
    </message>
</context>
<context>
    <name>FolderPage</name>
    <message>
        <source>What shall it learn from?</source>
        <translation>¿De qué debe aprender?</translation>
    </message>
    <message>
        <source>A folder of MIDI files in one manner: one composer, or your own pieces. Piano suits it best.</source>
        <translation>Una carpeta de archivos MIDI de una misma manera: un compositor o sus propias piezas. Lo que mejor le va es el piano.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>Desechar</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Leyendo</translation>
    </message>
    <message>
        <source>minutes of music</source>
        <translation>minutos de música</translation>
    </message>
    <message>
        <source>notes</source>
        <translation>notas</translation>
    </message>
    <message>
        <source>compositions</source>
        <translation>composiciones</translation>
    </message>
    <message>
        <source>files used</source>
        <translation>archivos usados</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Archivos</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Todos los archivos</translation>
    </message>
    <message>
        <source>Not used</source>
        <translation>No se usan</translation>
    </message>
    <message>
        <source>Choose a folder of MIDI files</source>
        <translation>Elegir una carpeta de archivos MIDI</translation>
    </message>
    <message>
        <source>Choose MIDI files</source>
        <translation>Elegir archivos MIDI</translation>
    </message>
    <message>
        <source>MIDI files (*.mid *.midi)</source>
        <translation>Archivos MIDI (*.mid *.midi)</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Leyendo…</translation>
    </message>
    <message>
        <source>{n} files read</source>
        <translation>{n} archivos leídos</translation>
    </message>
    <message>
        <source>of {n} files used</source>
        <translation>de {n} archivos usados</translation>
    </message>
    <message>
        <source>Every file can be used.</source>
        <translation>Se pueden usar todos los archivos.</translation>
    </message>
    <message>
        <source>1 file is not used.</source>
        <translation>Un archivo no se usa.</translation>
    </message>
    <message>
        <source>{n} files are not used.</source>
        <translation>{n} archivos no se usan.</translation>
    </message>
    <message>
        <source>That is too little to learn from: {n} notes, and at least {m} are needed.</source>
        <translation>Es demasiado poco para aprender: {n} notas, y hacen falta al menos {m}.</translation>
    </message>
    <message>
        <source>Only the first files were read; {n} more were left out.</source>
        <translation>Solo se leyeron los primeros archivos; quedaron fuera {n} más.</translation>
    </message>
    <message>
        <source>It is all one piece. Its end is kept back as a test piece; the style will know it, and little else.</source>
        <translation>Es todo una sola pieza. Su final se reserva como pieza de prueba; el estilo la conocerá, y poco más.</translation>
    </message>
    <message>
        <source>Enough for a style. Some of it is kept back as test pieces, which show how well it fits.</source>
        <translation>Basta para un estilo. Una parte se reserva como piezas de prueba, que muestran cuánto encaja.</translation>
    </message>
    <message>
        <source>The base has learned most of these pieces already: a style of them will differ little.</source>
        <translation>La base ya aprendió la mayoría de estas piezas: un estilo hecho con ellas se distinguirá poco.</translation>
    </message>
    <message>
        <source>That is little music: expect a tint of its manner over the base, not a new language. From 20 minutes on it becomes a style.</source>
        <translation>Es poca música: espere un matiz de su manera sobre la base, no un lenguaje nuevo. A partir de 20 minutos se convierte en un estilo.</translation>
    </message>
</context>
<context>
    <name>GenerationController</name>
    <message>
        <source>Starts a new piece</source>
        <translation>Empieza una pieza nueva</translation>
    </message>
    <message>
        <source>Starts a new piece and replaces all notes</source>
        <translation>Empieza una pieza nueva y sustituye todas las notas</translation>
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
        <source>Continues in bar {bar}</source>
        <translation>Continúa en el compás {bar}</translation>
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
        <source>Loading the model…</source>
        <translation>Cargando el modelo…</translation>
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
    <message>
        <source>Pencil</source>
        <translation>Lápiz</translation>
    </message>
    <message>
        <source>Press on empty paper</source>
        <translation>Pulsar en el papel vacío</translation>
    </message>
    <message>
        <source>Draws a note; dragging before the release sets its length</source>
        <translation>Dibuja una nota; arrastrar antes de soltar fija su duración</translation>
    </message>
    <message>
        <source>Drag a note</source>
        <translation>Arrastrar una nota</translation>
    </message>
    <message>
        <source>Moves it; on either edge, resizes it</source>
        <translation>La mueve; por un borde, cambia su duración</translation>
    </message>
    <message>
        <source>Right button</source>
        <translation>Botón derecho</translation>
    </message>
    <message>
        <source>Erases what it touches</source>
        <translation>Borra lo que toca</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>Seleccionar</translation>
    </message>
    <message>
        <source>Drag a box</source>
        <translation>Arrastrar un recuadro</translation>
    </message>
    <message>
        <source>Selects the notes in it</source>
        <translation>Selecciona las notas que encierra</translation>
    </message>
    <message>
        <source>Shift or Ctrl + click</source>
        <translation>Mayús o Ctrl + clic</translation>
    </message>
    <message>
        <source>Adds to the selection</source>
        <translation>Añade a la selección</translation>
    </message>
    <message>
        <source>Shift + drag</source>
        <translation>Mayús + arrastrar</translation>
    </message>
    <message>
        <source>Copies the selection</source>
        <translation>Copia la selección</translation>
    </message>
    <message>
        <source>Right button on empty paper</source>
        <translation>Botón derecho en el papel vacío</translation>
    </message>
    <message>
        <source>Opens the menu</source>
        <translation>Abre el menú</translation>
    </message>
    <message>
        <source>With every tool</source>
        <translation>Con cualquier herramienta</translation>
    </message>
    <message>
        <source>Alt held</source>
        <translation>Con Alt pulsada</translation>
    </message>
    <message>
        <source>No snap</source>
        <translation>Sin ajuste a la cuadrícula</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Rueda</translation>
    </message>
    <message>
        <source>Scrolls; with Shift, sideways</source>
        <translation>Desplaza; con Mayús, en horizontal</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + rueda</translation>
    </message>
    <message>
        <source>Zooms time at the cursor; with Shift, pitch</source>
        <translation>Amplía el tiempo en el puntero; con Mayús, la altura</translation>
    </message>
    <message>
        <source>Middle button</source>
        <translation>Botón central</translation>
    </message>
    <message>
        <source>Moves the paper</source>
        <translation>Mueve el papel</translation>
    </message>
    <message>
        <source>Around the roll</source>
        <translation>Alrededor del rollo</translation>
    </message>
    <message>
        <source>Velocities: drag</source>
        <translation>Velocidades: arrastrar</translation>
    </message>
    <message>
        <source>Paints them; only those of the selection, if there is one</source>
        <translation>Las pinta; solo las de la selección, si la hay</translation>
    </message>
    <message>
        <source>Velocities: wheel, double click</source>
        <translation>Velocidades: rueda, doble clic</translation>
    </message>
    <message>
        <source>One up or down; types a number</source>
        <translation>Una arriba o abajo; escribir un número</translation>
    </message>
    <message>
        <source>Ruler, upper strip</source>
        <translation>Regla, franja superior</translation>
    </message>
    <message>
        <source>A click moves the playhead, a drag makes a loop</source>
        <translation>Un clic mueve el cursor, arrastrar crea un bucle</translation>
    </message>
    <message>
        <source>Ruler, lower strip</source>
        <translation>Regla, franja inferior</translation>
    </message>
    <message>
        <source>The context: what the model continues from, with handles</source>
        <translation>El contexto: desde lo que continúa el modelo, con tiradores</translation>
    </message>
    <message>
        <source>Keys at the left</source>
        <translation>Teclas a la izquierda</translation>
    </message>
    <message>
        <source>Sound when clicked</source>
        <translation>Suenan al pulsarlas</translation>
    </message>
    <message>
        <source>Press the pedal</source>
        <translation>Pisar el pedal</translation>
    </message>
    <message>
        <source>Move pedal</source>
        <translation>Mover el pedal</translation>
    </message>
    <message>
        <source>Resize pedal</source>
        <translation>Cambiar la duración del pedal</translation>
    </message>
    <message>
        <source>Erase pedal</source>
        <translation>Borrar el pedal</translation>
    </message>
    <message>
        <source>Set velocity</source>
        <translation>Fijar la velocidad</translation>
    </message>
    <message>
        <source>Remove tempo</source>
        <translation>Quitar el tempo</translation>
    </message>
    <message>
        <source>Remove meter</source>
        <translation>Quitar la indicación de compás</translation>
    </message>
    <message>
        <source>Remove marker</source>
        <translation>Quitar el marcador</translation>
    </message>
    <message>
        <source>Set tempo</source>
        <translation>Fijar el tempo</translation>
    </message>
    <message>
        <source>Set meter</source>
        <translation>Fijar la indicación de compás</translation>
    </message>
    <message>
        <source>Set marker</source>
        <translation>Poner un marcador</translation>
    </message>
    <message>
        <source>Move tempo</source>
        <translation>Mover el tempo</translation>
    </message>
    <message>
        <source>Move meter</source>
        <translation>Mover la indicación de compás</translation>
    </message>
    <message>
        <source>Move marker</source>
        <translation>Mover el marcador</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Saved {name}</source>
        <translation>{name} guardado</translation>
    </message>
    <message>
        <source>The list was not saved: {reason}</source>
        <translation>No se guardó la lista: {reason}</translation>
    </message>
</context>
<context>
    <name>Import</name>
    <message>
        <source>Piano</source>
        <translation>Piano</translation>
    </message>
    <message>
        <source>Mallets and bells</source>
        <translation>Láminas y campanas</translation>
    </message>
    <message>
        <source>Organ</source>
        <translation>Órgano</translation>
    </message>
    <message>
        <source>Guitar</source>
        <translation>Guitarra</translation>
    </message>
    <message>
        <source>Bass</source>
        <translation>Bajo</translation>
    </message>
    <message>
        <source>Strings</source>
        <translation>Cuerdas</translation>
    </message>
    <message>
        <source>Ensemble</source>
        <translation>Conjunto</translation>
    </message>
    <message>
        <source>Brass</source>
        <translation>Metales</translation>
    </message>
    <message>
        <source>Reeds</source>
        <translation>Lengüetas</translation>
    </message>
    <message>
        <source>Flutes</source>
        <translation>Flautas</translation>
    </message>
    <message>
        <source>Synthesiser lead</source>
        <translation>Sintetizador solista</translation>
    </message>
    <message>
        <source>Synthesiser pad</source>
        <translation>Sintetizador de fondo</translation>
    </message>
    <message>
        <source>Synthesiser effects</source>
        <translation>Efectos de sintetizador</translation>
    </message>
    <message>
        <source>Folk instruments</source>
        <translation>Instrumentos populares</translation>
    </message>
    <message>
        <source>Percussion</source>
        <translation>Percusión</translation>
    </message>
    <message>
        <source>Sound effects</source>
        <translation>Efectos de sonido</translation>
    </message>
    <message>
        <source>Drums, which a piano cannot play</source>
        <translation>Batería, que un piano no puede tocar</translation>
    </message>
    <message>
        <source>{instrument}, channel {n}</source>
        <translation>{instrument}, canal {n}</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Open a file of several tracks</source>
        <translation>Abrir un archivo de varias pistas</translation>
    </message>
    <message>
        <source>“{title}” has {n} tracks</source>
        <translation>«{title}» tiene {n} pistas</translation>
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
        <source>Keep as layers</source>
        <translation>Conservar como capas</translation>
    </message>
    <message>
        <source>Merge into one</source>
        <translation>Unir en una</translation>
    </message>
    <message>
        <source>The tracks</source>
        <translation>Las pistas</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Tick at least one track.</source>
        <translation>Marque al menos una pista.</translation>
    </message>
    <message>
        <source>All notes go to one track, with the pedal of all of them.</source>
        <translation>Todas las notas van a una pista, con el pedal de todas.</translation>
    </message>
    <message>
        <source>Each track stays a layer, which can be edited, hidden or muted by itself.</source>
        <translation>Cada pista queda como una capa que se puede editar, ocultar o silenciar por separado.</translation>
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
    <name>KeyActions</name>
    <message>
        <source>Guessing the key</source>
        <translation>Estimando la tonalidad</translation>
    </message>
    <message>
        <source>The key sounds like {key}.</source>
        <translation>La tonalidad parece {key}.</translation>
    </message>
    <message>
        <source>The notes are too few to tell a key; {key} it is.</source>
        <translation>Hay muy pocas notas para saber la tonalidad; queda {key}.</translation>
    </message>
    <message>
        <source>Move in the scale</source>
        <translation>Mover en la escala</translation>
    </message>
    <message>
        <source>Snap to the scale</source>
        <translation>Ajustar a la escala</translation>
    </message>
    <message>
        <source>Duplicate a third up</source>
        <translation>Duplicar una tercera arriba</translation>
    </message>
</context>
<context>
    <name>KeyBox</name>
    <message>
        <source>Key</source>
        <translation>Tonalidad</translation>
    </message>
    <message>
        <source>Listening…</source>
        <translation>Escuchando…</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>Sin tonalidad</translation>
    </message>
</context>
<context>
    <name>KeyPanel</name>
    <message>
        <source>Mode</source>
        <translation>Modo</translation>
    </message>
    <message>
        <source>Notes that are drawn or moved keep to it</source>
        <translation>Las notas que se dibujan o mueven se ajustan a ella</translation>
    </message>
    <message>
        <source>Guess from the notes</source>
        <translation>Estimar por las notas</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>Sin tonalidad</translation>
    </message>
    <message>
        <source>Key and scale</source>
        <translation>Tonalidad y escala</translation>
    </message>
    <message>
        <source>Listening…</source>
        <translation>Escuchando…</translation>
    </message>
</context>
<context>
    <name>LaneSplitter</name>
    <message>
        <source>Height of the lanes</source>
        <translation>Altura de los carriles</translation>
    </message>
    <message>
        <source>Drag for taller or shorter lanes; double-click for their usual height</source>
        <translation>Arrastre para carriles más altos o más bajos; doble clic para su altura habitual</translation>
    </message>
</context>
<context>
    <name>Lanes</name>
    <message>
        <source>Velocities and pedal</source>
        <translation>Velocidades y pedal</translation>
    </message>
    <message>
        <source>pedal</source>
        <translation>pedal</translation>
    </message>
    <message>
        <source>Velocity, 1 to 127</source>
        <translation>Velocidad, de 1 a 127</translation>
    </message>
    <message>
        <source>Velocity</source>
        <translation>Veloc.</translation>
    </message>
    <message>
        <source>Pedal</source>
        <translation>Pedal</translation>
    </message>
</context>
<context>
    <name>LayerBox</name>
    <message>
        <source>Layer</source>
        <translation>Capa</translation>
    </message>
    <message>
        <source>All layers</source>
        <translation>Todas las capas</translation>
    </message>
</context>
<context>
    <name>Layers</name>
    <message>
        <source>Track {n}</source>
        <translation>Pista {n}</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Layers</source>
        <translation>Capas</translation>
    </message>
    <message>
        <source>Only the layer in hand is edited; the others are drawn as ghosts.</source>
        <translation>Solo se edita la capa elegida; las demás se dibujan como sombras.</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notas</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>Visible</translation>
    </message>
    <message>
        <source>Sounds</source>
        <translation>Suena</translation>
    </message>
    <message>
        <source>All layers</source>
        <translation>Todas las capas</translation>
    </message>
    <message>
        <source>Show {layer}</source>
        <translation>Mostrar {layer}</translation>
    </message>
    <message>
        <source>Let {layer} sound</source>
        <translation>Hacer sonar {layer}</translation>
    </message>
    <message>
        <source>Let a layer sound</source>
        <translation>Hacer sonar una capa</translation>
    </message>
    <message>
        <source>Mute a layer</source>
        <translation>Silenciar una capa</translation>
    </message>
</context>
<context>
    <name>LossPlot</name>
    <message>
        <source>Surprise per note: the loss, in nats</source>
        <translation>Sorpresa por nota: la pérdida, en nats</translation>
    </message>
    <message>
        <source>Test pieces: {n}</source>
        <translation>Piezas de prueba: {n}</translation>
    </message>
    <message>
        <source>the base: {n}</source>
        <translation>la base: {n}</translation>
    </message>
    <message>
        <source>The curves begin in a moment.</source>
        <translation>Las curvas empiezan enseguida.</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} min</translation>
    </message>
    <message>
        <source>test pieces, saved version</source>
        <translation>prueba, versión guardada</translation>
    </message>
    <message>
        <source>fully trained</source>
        <translation>entrenado del todo</translation>
    </message>
    <message>
        <source>in training</source>
        <translation>al entrenar</translation>
    </message>
    <message>
        <source>surprise per note</source>
        <translation>sorpresa por nota</translation>
    </message>
    <message>
        <source>Validation loss {n} nats per note after {t} min</source>
        <translation>Pérdida de validación de {n} nats por nota tras {t} min</translation>
    </message>
    <message>
        <source>Cross-entropy loss in nats per note, less is better.
Saved version: validation loss of the checkpoint interpolated between base and trained weights.
Fully trained: validation loss of the trained weights alone.
In training: loss on the pieces that it learns from.</source>
        <translation>Pérdida de entropía cruzada en nats por nota, menos es mejor.
Versión guardada: pérdida de validación del punto interpolado entre los pesos de la base y los entrenados.
Entrenado del todo: pérdida de validación de los pesos entrenados solos.
Al entrenar: pérdida en las piezas de las que aprende.</translation>
    </message>
    <message>
        <source>base</source>
        <translation>base</translation>
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
        <source>Training failed, and nothing was changed: {reason}.</source>
        <translation>El entrenamiento falló y no se cambió nada: {reason}.</translation>
    </message>
    <message>
        <source>This training cannot go on: {name}, which it began from, has changed since.</source>
        <translation>Este entrenamiento no puede seguir: {name}, de donde partió, ha cambiado desde entonces.</translation>
    </message>
    <message>
        <source>No style is installed, so nothing can be composed.</source>
        <translation>No hay ningún estilo instalado, así que no se puede componer.</translation>
    </message>
    <message>
        <source>{path} is neither a piece nor a MIDI file, so it cannot be opened.</source>
        <translation>{path} no es una pieza ni un archivo MIDI, así que no se puede abrir.</translation>
    </message>
    <message>
        <source>{path} is a folder: drop a MIDI file or a piece, or teach a style from it.</source>
        <translation>{path} es una carpeta: suelta un archivo MIDI o una pieza, o enseña un estilo con ella.</translation>
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
        <source>The style {name} has not learned to be asked for anything.</source>
        <translation>El estilo {name} no ha aprendido a que se le pida nada.</translation>
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
        <source>{path} is not a Ricercar piece that can be opened: {reason}.</source>
        <translation>{path} no es una pieza de Ricercar que se pueda abrir: {reason}.</translation>
    </message>
    <message>
        <source>{path} was written by a newer version of Ricercar; this one cannot read it.</source>
        <translation>{path} se escribió con una versión más nueva de Ricercar; esta no puede leerlo.</translation>
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
        <source>There are {free} MB free at {path}; training needs {needed} MB.</source>
        <translation>Hay {free} MB libres en {path}; el entrenamiento necesita {needed} MB.</translation>
    </message>
    <message>
        <source>{path} is not a style that Ricercar can take in: {reason}.</source>
        <translation>{path} no es un estilo que Ricercar pueda incorporar: {reason}.</translation>
    </message>
    <message>
        <source>{path} holds only the difference from {base!r}, which is not installed here in the same version.</source>
        <translation>{path} solo contiene la diferencia con {base!r}, que no está instalado aquí en la misma versión.</translation>
    </message>
    <message>
        <source>There is not enough memory for that.</source>
        <translation>No hay memoria suficiente para eso.</translation>
    </message>
</context>
<context>
    <name>Metrics</name>
    <message>
        <source>surprise</source>
        <translation>sorpresa</translation>
    </message>
    <message>
        <source>How test pieces surprise it: validation loss in nats per note, less is better</source>
        <translation>Cuánto le sorprenden las piezas de prueba: pérdida de validación en nats por nota, menos es mejor</translation>
    </message>
    <message>
        <source>surprise, time and pitch</source>
        <translation>sorpresa, tiempo y altura</translation>
    </message>
    <message>
        <source>Validation loss of time and pitch tokens alone, in nats per note: less is better</source>
        <translation>Pérdida de validación solo de los tokens de tiempo y altura, en nats por nota: menos es mejor</translation>
    </message>
    <message>
        <source>foreseen</source>
        <translation>previsto</translation>
    </message>
    <message>
        <source>Share of the tokens of test pieces that it predicts right (accuracy)</source>
        <translation>Parte de los tokens de las piezas de prueba que predice bien (exactitud)</translation>
    </message>
    <message>
        <source>choices</source>
        <translation>opciones</translation>
    </message>
    <message>
        <source>So many choices a token of test pieces leaves it (perplexity): less is better</source>
        <translation>Cuántas opciones le deja un token de las piezas de prueba (perplejidad): menos es mejor</translation>
    </message>
</context>
<context>
    <name>Octave</name>
    <message>
        <source>Tonic {name}</source>
        <translation>Tónica {name}</translation>
    </message>
</context>
<context>
    <name>Parts</name>
    <message>
        <source>Ricercar</source>
        <translation>Ricercar</translation>
    </message>
    <message>
        <source>MIT</source>
        <translation>MIT</translation>
    </message>
    <message>
        <source>Models and styles</source>
        <translation>Modelos y estilos</translation>
    </message>
    <message>
        <source>CC BY-NC-SA 4.0</source>
        <translation>CC BY-NC-SA 4.0</translation>
    </message>
    <message>
        <source>Piano sound (cut from MuseScore General)</source>
        <translation>Piano (extraído de MuseScore General)</translation>
    </message>
    <message>
        <source>MIT; piano in the public domain</source>
        <translation>MIT; piano de dominio público</translation>
    </message>
    <message>
        <source>Inter, the typeface</source>
        <translation>Inter, la tipografía</translation>
    </message>
    <message>
        <source>SIL Open Font Licence 1.1</source>
        <translation>Licencia SIL Open Font 1.1</translation>
    </message>
    <message>
        <source>Themes</source>
        <translation>Temas</translation>
    </message>
    <message>
        <source>Public domain, CC0</source>
        <translation>Dominio público, CC0</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>PSF Licence</source>
        <translation>Licencia PSF</translation>
    </message>
    <message>
        <source>Qt and PySide6</source>
        <translation>Qt y PySide6</translation>
    </message>
    <message>
        <source>LGPL 3.0</source>
        <translation>LGPL 3.0</translation>
    </message>
    <message>
        <source>PyTorch</source>
        <translation>PyTorch</translation>
    </message>
    <message>
        <source>BSD 3-Clause</source>
        <translation>BSD 3-Clause</translation>
    </message>
    <message>
        <source>torchvision</source>
        <translation>torchvision</translation>
    </message>
    <message>
        <source>fastai</source>
        <translation>fastai</translation>
    </message>
    <message>
        <source>Apache 2.0</source>
        <translation>Apache 2.0</translation>
    </message>
    <message>
        <source>safetensors</source>
        <translation>safetensors</translation>
    </message>
    <message>
        <source>NumPy</source>
        <translation>NumPy</translation>
    </message>
    <message>
        <source>mido</source>
        <translation>mido</translation>
    </message>
    <message>
        <source>music21</source>
        <translation>music21</translation>
    </message>
    <message>
        <source>pretty_midi</source>
        <translation>pretty_midi</translation>
    </message>
    <message>
        <source>pyFluidSynth</source>
        <translation>pyFluidSynth</translation>
    </message>
    <message>
        <source>LGPL 2.1 or later</source>
        <translation>LGPL 2.1 o posterior</translation>
    </message>
    <message>
        <source>FluidSynth</source>
        <translation>FluidSynth</translation>
    </message>
</context>
<context>
    <name>PlayButton</name>
    <message>
        <source>Play {what}</source>
        <translation>Reproducir {what}</translation>
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
    <name>QFileDialog</name>
    <message>
        <source>&amp;Look in:</source>
        <translation>&amp;Buscar en:</translation>
    </message>
    <message>
        <source>Files of &amp;type:</source>
        <translation>Archivos de &amp;tipo:</translation>
    </message>
    <message>
        <source>File &amp;name:</source>
        <translation>&amp;Nombre de archivo:</translation>
    </message>
    <message>
        <source>Go to the parent directory</source>
        <translation>Ir a la carpeta superior</translation>
    </message>
</context>
<context>
    <name>QPlatformTheme</name>
    <message>
        <source>&amp;Yes</source>
        <translation>&amp;Sí</translation>
    </message>
    <message>
        <source>&amp;No</source>
        <translation>&amp;No</translation>
    </message>
</context>
<context>
    <name>QShortcut</name>
    <message>
        <source>Ctrl</source>
        <translation>Ctrl</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Mayús</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Supr</translation>
    </message>
    <message>
        <source>Backspace</source>
        <translation>Retroceso</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>Entrar</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tab</translation>
    </message>
</context>
<context>
    <name>QualityBox</name>
    <message>
        <source>Quality</source>
        <translation>Calidad</translation>
    </message>
    <message>
        <source>Fast</source>
        <translation>Rápida</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Equilibrada</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>Óptima</translation>
    </message>
    <message>
        <source>More attempts at each phrase, of which the best one stays: better, and slower</source>
        <translation>Más intentos por frase, de los que queda el mejor: mejor y más lento</translation>
    </message>
    <message>
        <source>{n} attempts</source>
        <translation>{n} intentos</translation>
    </message>
</context>
<context>
    <name>RatePlot</name>
    <message>
        <source>What the rate finder found</source>
        <translation>Lo que halló el buscador de tasa</translation>
    </message>
    <message>
        <source>Rate {n}</source>
        <translation>Tasa {n}</translation>
    </message>
    <message>
        <source>Learning rate {n}</source>
        <translation>Tasa de aprendizaje {n}</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Tasa de aprendizaje</translation>
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
        <source>it does not have the expressive encoding</source>
        <translation>no tiene la codificación expresiva</translation>
    </message>
    <message>
        <source>only styles with the expressive encoding can be taught</source>
        <translation>solo se pueden enseñar estilos con la codificación expresiva</translation>
    </message>
    <message>
        <source>it could not be read back</source>
        <translation>no se pudo volver a leer</translation>
    </message>
    <message>
        <source>it is nested too deeply</source>
        <translation>está anidado con demasiada profundidad</translation>
    </message>
    <message>
        <source>it is write-protected</source>
        <translation>está protegido contra escritura</translation>
    </message>
    <message>
        <source>it would be larger than {} MB</source>
        <translation>ocuparía más de {} MB</translation>
    </message>
    <message>
        <source>it is not UTF-8 text</source>
        <translation>no es texto UTF-8</translation>
    </message>
    <message>
        <source>it lacks {}</source>
        <translation>le falta {}</translation>
    </message>
    <message>
        <source>its format is not a number</source>
        <translation>su formato no es un número</translation>
    </message>
    <message>
        <source>its time is not a number</source>
        <translation>su hora no es un número</translation>
    </message>
    <message>
        <source>line {} is damaged</source>
        <translation>la línea {} está dañada</translation>
    </message>
    <message>
        <source>a MIDI event is not written in hexadecimal</source>
        <translation>un evento MIDI no está escrito en hexadecimal</translation>
    </message>
    <message>
        <source>a MIDI event makes no sense</source>
        <translation>un evento MIDI no tiene sentido</translation>
    </message>
    <message>
        <source>a meter&apos;s unit is no power of two</source>
        <translation>la unidad de un compás no es potencia de dos</translation>
    </message>
    <message>
        <source>a note is not a row of whole numbers</source>
        <translation>una nota no es una fila de números enteros</translation>
    </message>
    <message>
        <source>a note is not one that a piano could play</source>
        <translation>una nota no la podría tocar un piano</translation>
    </message>
    <message>
        <source>a note lies outside the piece</source>
        <translation>una nota queda fuera de la pieza</translation>
    </message>
    <message>
        <source>a number of the view is out of bounds</source>
        <translation>un número de la vista está fuera de límites</translation>
    </message>
    <message>
        <source>a setting is not a number</source>
        <translation>un ajuste no es un número</translation>
    </message>
    <message>
        <source>a setting is not a plain value</source>
        <translation>un ajuste no es un valor simple</translation>
    </message>
    <message>
        <source>the settings are too many</source>
        <translation>hay demasiados ajustes</translation>
    </message>
    <message>
        <source>the view is too large</source>
        <translation>la vista es demasiado grande</translation>
    </message>
    <message>
        <source>there is not a sane number of tracks</source>
        <translation>el número de pistas no es razonable</translation>
    </message>
    <message>
        <source>{} are not a list of at most {}</source>
        <translation>{} no es una lista de {} como máximo</translation>
    </message>
    <message>
        <source>{} are not rows of {} values</source>
        <translation>{} no son filas de {} valores</translation>
    </message>
    <message>
        <source>{} has not two sides</source>
        <translation>{} no tiene dos lados</translation>
    </message>
    <message>
        <source>{} is not a text of at most {} letters</source>
        <translation>{} no es un texto de {} letras como máximo</translation>
    </message>
    <message>
        <source>{} is not a whole number from {} to {}</source>
        <translation>{} no es un número entero de {} a {}</translation>
    </message>
    <message>
        <source>{} is not an object</source>
        <translation>{} no es un objeto</translation>
    </message>
    <message>
        <source>{} is not a number</source>
        <translation>{} no es un número</translation>
    </message>
    <message>
        <source>its encoding is unknown, or its shape does not suit it</source>
        <translation>su codificación es desconocida o no casa con su forma</translation>
    </message>
    <message>
        <source>its shape is not one that can be built</source>
        <translation>su forma no se puede construir</translation>
    </message>
    <message>
        <source>its vocabulary is not the one that this version writes</source>
        <translation>su vocabulario no es el que escribe esta versión</translation>
    </message>
    <message>
        <source>its difference does not fit its base</source>
        <translation>su diferencia no encaja con su base</translation>
    </message>
    <message>
        <source>its difference is not complete</source>
        <translation>su diferencia no está completa</translation>
    </message>
    <message>
        <source>it holds no table of weights</source>
        <translation>no contiene ninguna tabla de pesos</translation>
    </message>
    <message>
        <source>it holds {}, which the network has no place for</source>
        <translation>contiene {}, que no tiene lugar en la red</translation>
    </message>
    <message>
        <source>it is damaged, or no safetensors file</source>
        <translation>está dañado o no es un archivo safetensors</translation>
    </message>
    <message>
        <source>its Er is that of {} heads, not of {}</source>
        <translation>su Er es de {} cabezas, no de {}</translation>
    </message>
    <message>
        <source>its parts are compressed, which PyTorch never does</source>
        <translation>sus partes están comprimidas, cosa que PyTorch nunca hace</translation>
    </message>
    <message>
        <source>its sizes are not those of a network that can be built</source>
        <translation>sus tamaños no son los de una red que se pueda construir</translation>
    </message>
    <message>
        <source>its weights are not those of a GIGA-Piano or of Ricercar</source>
        <translation>sus pesos no son de un GIGA-Piano ni de Ricercar</translation>
    </message>
    <message>
        <source>the card that belongs to it (the same name, ending in .json) must stand beside it</source>
        <translation>su ficha (el mismo nombre, acabado en .json) debe estar a su lado</translation>
    </message>
    <message>
        <source>{} claims more numbers than the file holds</source>
        <translation>{} dice tener más números de los que contiene el archivo</translation>
    </message>
    <message>
        <source>{} has the size {}, not {}</source>
        <translation>{} tiene el tamaño {}, no {}</translation>
    </message>
    <message>
        <source>{} holds values that are no numbers</source>
        <translation>{} contiene valores que no son números</translation>
    </message>
    <message>
        <source>{} is not a plain table of numbers</source>
        <translation>{} no es una simple tabla de números</translation>
    </message>
    <message>
        <source>it was made by a newer version of Ricercar</source>
        <translation>lo hizo una versión más nueva de Ricercar</translation>
    </message>
    <message>
        <source>its base is not a name</source>
        <translation>su base no es un nombre</translation>
    </message>
    <message>
        <source>its card is too large</source>
        <translation>su ficha es demasiado grande</translation>
    </message>
    <message>
        <source>its card is not one of a style</source>
        <translation>su ficha no es la de un estilo</translation>
    </message>
    <message>
        <source>another version&apos;s run</source>
        <translation>es un entrenamiento de otra versión</translation>
    </message>
    <message>
        <source>it is not a state of training</source>
        <translation>no es un estado de entrenamiento</translation>
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
    <message>
        <source>It has drums only.</source>
        <translation>Solo tiene batería.</translation>
    </message>
    <message>
        <source>It has fewer than {} notes.</source>
        <translation>Tiene menos de {} notas.</translation>
    </message>
    <message>
        <source>It uses fewer than four keys.</source>
        <translation>Usa menos de cuatro teclas.</translation>
    </message>
    <message>
        <source>It is the same music as {}.</source>
        <translation>Es la misma música que {}.</translation>
    </message>
    <message>
        <source>It is the same recording as {}.</source>
        <translation>Es la misma grabación que {}.</translation>
    </message>
    <message>
        <source>It is too large for this machine&apos;s memory.</source>
        <translation>Es demasiado grande para la memoria de este equipo.</translation>
    </message>
    <message>
        <source>{} is not a MIDI file, or it is damaged.</source>
        <translation>{} no es un archivo MIDI o está dañado.</translation>
    </message>
    <message>
        <source>{} is empty.</source>
        <translation>{} está vacío.</translation>
    </message>
    <message>
        <source>{} cannot be read: {}.</source>
        <translation>No se puede leer {}: {}.</translation>
    </message>
    <message>
        <source>There is no file at {}.</source>
        <translation>No hay ningún archivo en {}.</translation>
    </message>
    <message>
        <source>it does not hold a card and weights, and nothing else</source>
        <translation>no contiene exactamente una ficha y unos pesos</translation>
    </message>
    <message>
        <source>its weights are damaged</source>
        <translation>sus pesos están dañados</translation>
    </message>
    <message>
        <source>{} is too large</source>
        <translation>{} es demasiado grande</translation>
    </message>
    <message>
        <source>{} is not as large as it says</source>
        <translation>{} no es tan grande como dice</translation>
    </message>
</context>
<context>
    <name>Recent</name>
    <message>
        <source>&amp;Clear the list</source>
        <translation>&amp;Vaciar la lista</translation>
    </message>
    <message>
        <source>Nothing was opened yet</source>
        <translation>Aún no se ha abierto nada</translation>
    </message>
</context>
<context>
    <name>RecipeCard</name>
    <message>
        <source>chosen</source>
        <translation>elegida</translation>
    </message>
    <message>
        <source>not chosen</source>
        <translation>no elegida</translation>
    </message>
</context>
<context>
    <name>RecipePage</name>
    <message>
        <source>How shall it be trained?</source>
        <translation>¿Cómo se entrenará?</translation>
    </message>
    <message>
        <source>The style starts from what another one knows, and keeps only what fits test pieces better.</source>
        <translation>El estilo parte de lo que otro sabe, y conserva solo lo que encaja mejor con las piezas de prueba.</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>Partir de</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>Rápida</translation>
    </message>
    <message>
        <source>A first impression.</source>
        <translation>Una primera impresión.</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Equilibrada</translation>
    </message>
    <message>
        <source>Right for most folders.</source>
        <translation>Para la mayoría de las carpetas.</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>A fondo</translation>
    </message>
    <message>
        <source>For an hour of music and more.</source>
        <translation>Para una hora de música o más.</translation>
    </message>
    <message>
        <source>Light (small file)</source>
        <translation>Ligero (archivo pequeño)</translation>
    </message>
    <message>
        <source>Changes less (LoRA adapters).</source>
        <translation>Cambia menos (adaptadores LoRA).</translation>
    </message>
    <message>
        <source>by the preset</source>
        <translation>según el perfil</translation>
    </message>
    <message>
        <source>0 leaves it to the preset, as measured above</source>
        <translation>0 lo deja al perfil, según se midió arriba</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>Tamaño del lote</translation>
    </message>
    <message>
        <source>Window length</source>
        <translation>Largo de la ventana</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Comprobaciones</translation>
    </message>
    <message>
        <source>LoRA rank</source>
        <translation>Rango de LoRA</translation>
    </message>
    <message>
        <source>hears your music {n} times</source>
        <translation>oye su música {n} veces</translation>
    </message>
    <message>
        <source>Advanced settings</source>
        <translation>Ajustes avanzados</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>Minutos</translation>
    </message>
    <message>
        <source>Patience</source>
        <translation>Paciencia</translation>
    </message>
    <message>
        <source>Samples every</source>
        <translation>Muestras cada</translation>
    </message>
    <message>
        <source>Dropout</source>
        <translation>Dropout</translation>
    </message>
    <message>
        <source>Measuring this machine, a few seconds…</source>
        <translation>Midiendo este equipo, unos segundos…</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} min</translation>
    </message>
    <message>
        <source>the graphics card</source>
        <translation>la tarjeta gráfica</translation>
    </message>
    <message>
        <source>the graphics unit</source>
        <translation>la unidad gráfica</translation>
    </message>
    <message>
        <source>1 processor core</source>
        <translation>1 núcleo del procesador</translation>
    </message>
    <message>
        <source>{n} processor cores</source>
        <translation>{n} núcleos del procesador</translation>
    </message>
    <message>
        <source>Measured here, on {place}. It needs about {memory} GB of memory; you can go on composing.</source>
        <translation>Medido aquí, en {place}. Necesita unos {memory} GB de memoria; puede seguir componiendo.</translation>
    </message>
</context>
<context>
    <name>Recorder</name>
    <message>
        <source>Press a key…</source>
        <translation>Pulse una tecla…</translation>
    </message>
    <message>
        <source>Record a key</source>
        <translation>Grabar una tecla</translation>
    </message>
</context>
<context>
    <name>Recovery</name>
    <message>
        <source>There are no unsaved pieces from before.</source>
        <translation>No hay piezas sin guardar de antes.</translation>
    </message>
    <message>
        <source>An unsaved piece from before is damaged and cannot be recovered.</source>
        <translation>Una pieza sin guardar de antes está dañada y no se puede recuperar.</translation>
    </message>
    <message>
        <source>{n} unsaved pieces from before are damaged and cannot be recovered.</source>
        <translation>{n} piezas sin guardar de antes están dañadas y no se pueden recuperar.</translation>
    </message>
    <message>
        <source>An unsaved piece from before cannot be read now; it is kept.</source>
        <translation>Una pieza anterior sin guardar no se puede leer ahora; se conserva.</translation>
    </message>
    <message>
        <source>One more unsaved piece waits in the file menu.</source>
        <translation>Otra pieza sin guardar espera en el menú Archivo.</translation>
    </message>
    <message>
        <source>{n} more unsaved pieces wait in the file menu.</source>
        <translation>Otras {n} piezas sin guardar esperan en el menú Archivo.</translation>
    </message>
</context>
<context>
    <name>RecoveryDialog</name>
    <message>
        <source>Unsaved pieces</source>
        <translation>Piezas sin guardar</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Más tarde</translation>
    </message>
    <message>
        <source>Ricercar was not closed properly. This piece was open:</source>
        <translation>Ricercar no se cerró bien. Esta pieza estaba abierta:</translation>
    </message>
    <message>
        <source>Ricercar was not closed properly. These pieces were open:</source>
        <translation>Ricercar no se cerró bien. Estas piezas estaban abiertas:</translation>
    </message>
    <message>
        <source>Pick up where you were</source>
        <translation>Retome donde lo dejó</translation>
    </message>
    <message>
        <source>Left for later, they are offered again at the next start.</source>
        <translation>Si las deja para más tarde, se ofrecerán otra vez en el próximo inicio.</translation>
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
    <message>
        <source>Context</source>
        <translation>Contexto</translation>
    </message>
    <message>
        <source>New music starts here</source>
        <translation>Aquí empieza la música nueva</translation>
    </message>
    <message>
        <source>Starts a new piece</source>
        <translation>Empieza una pieza nueva</translation>
    </message>
</context>
<context>
    <name>RollView</name>
    <message>
        <source>Piano roll</source>
        <translation>Rollo de piano</translation>
    </message>
    <message>
        <source>Bar {bar}, beat {beat}</source>
        <translation>Compás {bar}, tiempo {beat}</translation>
    </message>
    <message>
        <source>velocity {v}</source>
        <translation>velocidad {v}</translation>
    </message>
    <message>
        <source>tempo {text}</source>
        <translation>tempo {text}</translation>
    </message>
    <message>
        <source>meter {text}</source>
        <translation>compás de {text}</translation>
    </message>
    <message>
        <source>marker {text}</source>
        <translation>marcador {text}</translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>Untitled</source>
        <translation>Sin título</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>Recuperar</translation>
    </message>
    <message>
        <source>Recover {name}</source>
        <translation>Recuperar {name}</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Discard {name}</source>
        <translation>Descartar {name}</translation>
    </message>
    <message>
        <source>Really discard?</source>
        <translation>¿Descartar de verdad?</translation>
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
        <source>d MMMM, hh:mm</source>
        <translation>d &apos;de&apos; MMMM, HH:mm</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>guardada</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>sin guardar</translation>
    </message>
    <message>
        <source>{n} step to undo</source>
        <translation>{n} paso que deshacer</translation>
    </message>
    <message>
        <source>{n} steps to undo</source>
        <translation>{n} pasos que deshacer</translation>
    </message>
    <message>
        <source>not in a file yet</source>
        <translation>aún no está en un archivo</translation>
    </message>
    <message>
        <source>New name of {name}</source>
        <translation>Nuevo nombre de {name}</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Cambiar nombre…</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>Cambiar el nombre de {name}</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Export {name}</source>
        <translation>Exportar {name}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Quitar {name}</translation>
    </message>
    <message>
        <source>Came with Ricercar</source>
        <translation>Viene con Ricercar</translation>
    </message>
    <message>
        <source>Taught by you</source>
        <translation>Enseñado por usted</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Hecho</translation>
    </message>
    <message>
        <source>Really remove?</source>
        <translation>¿Quitar de verdad?</translation>
    </message>
</context>
<context>
    <name>Ruler</name>
    <message>
        <source>Change “{text}”…</source>
        <translation>Cambiar «{text}»…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Marker here…</source>
        <translation>Marcador aquí…</translation>
    </message>
    <message>
        <source>Tempo here…</source>
        <translation>Tempo aquí…</translation>
    </message>
    <message>
        <source>Meter here…</source>
        <translation>Indicación de compás aquí…</translation>
    </message>
    <message>
        <source>Loop the selection</source>
        <translation>Repetir la selección en bucle</translation>
    </message>
    <message>
        <source>End the loop</source>
        <translation>Terminar el bucle</translation>
    </message>
    <message>
        <source>Use only the selection as context</source>
        <translation>Usar solo la selección como contexto</translation>
    </message>
    <message>
        <source>Let the model hear everything before</source>
        <translation>Que el modelo oiga todo lo anterior</translation>
    </message>
    <message>
        <source>Tempo in quarter notes a minute</source>
        <translation>Tempo en negras por minuto</translation>
    </message>
    <message>
        <source>Meter, such as 3/4</source>
        <translation>Compás, como 3/4</translation>
    </message>
    <message>
        <source>Name of the marker</source>
        <translation>Nombre del marcador</translation>
    </message>
    <message>
        <source>A tempo is a number from {slowest} to {fastest}, such as 96.</source>
        <translation>Un tempo es un número de {slowest} a {fastest}, por ejemplo 96.</translation>
    </message>
    <message>
        <source>A meter is two numbers, such as 3/4 or 6/8; the lower is 1, 2, 4, 8, 16, 32 or 64.</source>
        <translation>Un compás son dos números, como 3/4 o 6/8; el de abajo es 1, 2, 4, 8, 16, 32 o 64.</translation>
    </message>
</context>
<context>
    <name>RunStrip</name>
    <message>
        <source>A style is in training</source>
        <translation>Se está entrenando un estilo</translation>
    </message>
    <message>
        <source>Progress of the training</source>
        <translation>Avance del entrenamiento</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Show the training</source>
        <translation>Mostrar el entrenamiento</translation>
    </message>
</context>
<context>
    <name>SampleRow</name>
    <message>
        <source>Opening {n}</source>
        <translation>Comienzo {n}</translation>
    </message>
    <message>
        <source>alike</source>
        <translation>iguales</translation>
    </message>
    <message>
        <source>Better in opening {n}</source>
        <translation>Mejor en el comienzo {n}</translation>
    </message>
    <message>
        <source>Play {what}</source>
        <translation>Reproducir {what}</translation>
    </message>
    <message>
        <source>better:</source>
        <translation>mejor:</translation>
    </message>
    <message>
        <source>A is the new style, B is the base</source>
        <translation>A es el estilo nuevo, B es la base</translation>
    </message>
    <message>
        <source>A is the base, B is the new style</source>
        <translation>A es la base, B es el estilo nuevo</translation>
    </message>
</context>
<context>
    <name>SavePage</name>
    <message>
        <source>Name it</source>
        <translation>Póngale nombre</translation>
    </message>
    <message>
        <source>It will stand in the list of styles beside the others.</source>
        <translation>Estará en la lista de estilos junto a los demás.</translation>
    </message>
    <message>
        <source>Name of the style</source>
        <translation>Nombre del estilo</translation>
    </message>
    <message>
        <source>such as Grieg</source>
        <translation>por ejemplo, Grieg</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>better fit to your music</source>
        <translation>mejor encaje</translation>
    </message>
    <message>
        <source>steps of training</source>
        <translation>pasos dados</translation>
    </message>
    <message>
        <source>minutes of training</source>
        <translation>minutos</translation>
    </message>
    <message>
        <source>It was trained from {base} and inherits its terms: {terms}. The music that you gave it may add its own: pass the style on only if you may pass on the music.</source>
        <translation>Se entrenó a partir de {base} y hereda sus condiciones: {terms}. La música que usted le dio puede añadir las suyas: comparta el estilo solo si puede compartir la música.</translation>
    </message>
    <message>
        <source>A note of the test pieces is so much likelier than before: {n} nats per note of validation loss</source>
        <translation>Una nota de las piezas de prueba es así de más probable que antes: {n} nats por nota de pérdida de validación</translation>
    </message>
    <message>
        <source>pieces of music</source>
        <translation>piezas de música</translation>
    </message>
    <message>
        <source>Its terms</source>
        <translation>Sus condiciones</translation>
    </message>
    <message>
        <source>Also save it as a file to pass on</source>
        <translation>Guardarlo además como archivo para compartir</translation>
    </message>
    <message>
        <source>Choose where…</source>
        <translation>Elegir dónde…</translation>
    </message>
    <message>
        <source>No place is chosen yet.</source>
        <translation>Aún no se ha elegido ningún lugar.</translation>
    </message>
    <message>
        <source>style</source>
        <translation>estilo</translation>
    </message>
    <message>
        <source>Ricercar styles (*.ricercar-style)</source>
        <translation>Estilos de Ricercar (*.ricercar-style)</translation>
    </message>
    <message>
        <source>Save the style as a file</source>
        <translation>Guardar el estilo como archivo</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Guardando…</translation>
    </message>
</context>
<context>
    <name>Scale</name>
    <message>
        <source>{tonic} major</source>
        <translation>{tonic} mayor</translation>
    </message>
    <message>
        <source>{tonic} minor</source>
        <translation>{tonic} menor</translation>
    </message>
    <message>
        <source>{tonic} harmonic minor</source>
        <translation>{tonic} menor armónica</translation>
    </message>
    <message>
        <source>{tonic} melodic minor</source>
        <translation>{tonic} menor melódica</translation>
    </message>
    <message>
        <source>{tonic} Dorian</source>
        <translation>{tonic} dórico</translation>
    </message>
    <message>
        <source>{tonic} Phrygian</source>
        <translation>{tonic} frigio</translation>
    </message>
    <message>
        <source>{tonic} Lydian</source>
        <translation>{tonic} lidio</translation>
    </message>
    <message>
        <source>{tonic} Mixolydian</source>
        <translation>{tonic} mixolidio</translation>
    </message>
    <message>
        <source>{tonic} Locrian</source>
        <translation>{tonic} locrio</translation>
    </message>
    <message>
        <source>{tonic} major pentatonic</source>
        <translation>{tonic} pentatónica mayor</translation>
    </message>
    <message>
        <source>{tonic} minor pentatonic</source>
        <translation>{tonic} pentatónica menor</translation>
    </message>
    <message>
        <source>{tonic} blues</source>
        <translation>{tonic} blues</translation>
    </message>
    <message>
        <source>{tonic} whole tone</source>
        <translation>{tonic} tonos enteros</translation>
    </message>
    <message>
        <source>{tonic} chromatic</source>
        <translation>{tonic} cromática</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>at most, when no other time is given</source>
        <translation>como máximo, si no se indica otro tiempo</translation>
    </message>
    <message>
        <source>groups are counted from the output; 5 is the whole network</source>
        <translation>los grupos se cuentan desde la salida; 5 es toda la red</translation>
    </message>
    <message>
        <source>that do the recipe justice; this machine&apos;s pace makes minutes of them</source>
        <translation>los que hacen justicia a la receta; el ritmo de este equipo los convierte en minutos</translation>
    </message>
    <message>
        <source>times that it hears the music at most, since more is learned by heart; 0 sets no bound</source>
        <translation>veces que oye la música como máximo, pues lo demás lo aprende de memoria; 0 no pone límite</translation>
    </message>
    <message>
        <source>share of the windows that begin without pedal or dynamics, as a drawn theme does</source>
        <translation>parte de las ventanas que empiezan sin pedal ni dinámica, como un tema dibujado</translation>
    </message>
    <message>
        <source>share of the steps with short windows, so that it learns what its manner is at once</source>
        <translation>parte de los pasos con ventanas cortas, para que aprenda pronto cuál es su manera</translation>
    </message>
    <message>
        <source>share of the windows that are about how a piece ends</source>
        <translation>parte de las ventanas que tratan de cómo termina una pieza</translation>
    </message>
    <message>
        <source>weight of what adapters learn, as a multiple of 1 / rank</source>
        <translation>peso de lo que aprenden los adaptadores, en múltiplos de 1 / rango</translation>
    </message>
    <message>
        <source>windows a step; fewer need less memory, and make the steps rougher</source>
        <translation>ventanas por paso; con menos hace falta menos memoria y los pasos son más bastos</translation>
    </message>
    <message>
        <source>notes a window: how far back it hears while it learns</source>
        <translation>notas por ventana: hasta dónde oye hacia atrás mientras aprende</translation>
    </message>
    <message>
        <source>checks on the test pieces (validation), spread over the training</source>
        <translation>comprobaciones con las piezas de prueba (validación), repartidas por el entrenamiento</translation>
    </message>
    <message>
        <source>checks without progress after which training ends early; 0 never does</source>
        <translation>comprobaciones sin avance tras las que el entrenamiento acaba antes; con 0, nunca</translation>
    </message>
    <message>
        <source>rank of LoRA adapters, thin matrices trained beside the frozen big ones; 0 trains the big ones</source>
        <translation>rango de los adaptadores LoRA, matrices delgadas que se entrenan junto a las grandes, congeladas; 0 entrena las grandes</translation>
    </message>
    <message>
        <source>minutes between two continuations of your own theme; 0 makes none</source>
        <translation>minutos entre dos continuaciones de su propio tema; 0 no hace ninguna</translation>
    </message>
    <message>
        <source>share of the MLPs&apos; values left out at random, against learning by heart</source>
        <translation>parte de los valores de los MLP que se omite al azar, contra el aprender de memoria</translation>
    </message>
    <message>
        <source>&quot;muon&quot; (with AdamW at a tenth of its rate for what is no matrix) or &quot;adam&quot;</source>
        <translation>«muon» (con AdamW a una décima de su tasa para lo que no es matriz) o «adam»</translation>
    </message>
    <message>
        <source>bounds of the rate: the finder sees only the heads learn</source>
        <translation>límites de la tasa: el buscador solo ve aprender a las cabezas</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keys</source>
        <translation>Teclas</translation>
    </message>
    <message>
        <source>Search for an action or a key, such as Ctrl+D</source>
        <translation>Busque una acción o una tecla, como Ctrl+D</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>Acciones y sus teclas</translation>
    </message>
    <message>
        <source>Move it here</source>
        <translation>Pasarla aquí</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Restablecer</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Restablecer todo</translation>
    </message>
    <message>
        <source>Printable list…</source>
        <translation>Lista para imprimir…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Also of: {actions}</source>
        <translation>También de: {actions}</translation>
    </message>
    <message>
        <source>This key is also that of {actions}; neither acts.</source>
        <translation>Esta tecla es también la de {actions}; no actúa ninguna.</translation>
    </message>
    <message>
        <source>Remove {key}</source>
        <translation>Quitar {key}</translation>
    </message>
    <message>
        <source>{key} belongs to “{action}”.</source>
        <translation>{key} es de «{action}».</translation>
    </message>
</context>
<context>
    <name>Spoken</name>
    <message>
        <source>1 note selected</source>
        <translation>1 nota seleccionada</translation>
    </message>
    <message>
        <source>{n} notes selected</source>
        <translation>{n} notas seleccionadas</translation>
    </message>
    <message>
        <source>bar {bar} beat {beat}</source>
        <translation>compás {bar} tiempo {beat}</translation>
    </message>
    <message>
        <source>velocity {v}</source>
        <translation>velocidad {v}</translation>
    </message>
    <message>
        <source>composed</source>
        <translation>compuesta</translation>
    </message>
    <message>
        <source>muted</source>
        <translation>silenciada</translation>
    </message>
    <message>
        <source>whole note</source>
        <translation>redonda</translation>
    </message>
    <message>
        <source>dotted half</source>
        <translation>blanca con puntillo</translation>
    </message>
    <message>
        <source>half</source>
        <translation>blanca</translation>
    </message>
    <message>
        <source>dotted quarter</source>
        <translation>negra con puntillo</translation>
    </message>
    <message>
        <source>quarter</source>
        <translation>negra</translation>
    </message>
    <message>
        <source>dotted eighth</source>
        <translation>corchea con puntillo</translation>
    </message>
    <message>
        <source>triplet quarter</source>
        <translation>negra de tresillo</translation>
    </message>
    <message>
        <source>eighth</source>
        <translation>corchea</translation>
    </message>
    <message>
        <source>triplet eighth</source>
        <translation>corchea de tresillo</translation>
    </message>
    <message>
        <source>sixteenth</source>
        <translation>semicorchea</translation>
    </message>
    <message>
        <source>triplet sixteenth</source>
        <translation>semicorchea de tresillo</translation>
    </message>
    <message>
        <source>thirty-second</source>
        <translation>fusa</translation>
    </message>
    <message>
        <source>{n} quarters</source>
        <translation>{n} negras</translation>
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
    <name>Steps</name>
    <message>
        <source>Step {n} of {count}: {name}</source>
        <translation>Paso {n} de {count}: {name}</translation>
    </message>
</context>
<context>
    <name>Styles</name>
    <message>
        <source>Avant-garde</source>
        <translation>Vanguardia</translation>
    </message>
    <message>
        <source>Rachmaninoff, Scriabin, Debussy and Ravel: performances, piano rolls and sequenced pieces.</source>
        <translation>Rajmáninov, Skriabin, Debussy y Ravel: interpretaciones, rollos de pianola y piezas secuenciadas.</translation>
    </message>
    <message>
        <source>Bach: performances, piano rolls and sequenced pieces.</source>
        <translation>Bach: interpretaciones, rollos de pianola y piezas secuenciadas.</translation>
    </message>
    <message>
        <source>Piano music from Bach to Berg, by some 120 composers; the styles were fine-tuned from it.</source>
        <translation>Música para piano de Bach a Berg, de unos 120 compositores; los estilos se ajustaron a partir de ella.</translation>
    </message>
    <message>
        <source>Chopin: performances, piano rolls and sequenced pieces.</source>
        <translation>Chopin: interpretaciones, rollos de pianola y piezas secuenciadas.</translation>
    </message>
    <message>
        <source>Baroque</source>
        <translation>Barroco</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>Base</translation>
    </message>
    <message>
        <source>Romantic</source>
        <translation>Romántico</translation>
    </message>
</context>
<context>
    <name>StylesDialog</name>
    <message>
        <source>Styles</source>
        <translation>Estilos</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importar…</translation>
    </message>
    <message>
        <source>Import a style from a file</source>
        <translation>Importar un estilo de un archivo</translation>
    </message>
    <message>
        <source>Styles that you taught can be renamed and removed; those that came with Ricercar stay.</source>
        <translation>Los estilos que usted ha enseñado se pueden renombrar y quitar; los que vienen con Ricercar se quedan.</translation>
    </message>
    <message>
        <source>Installed styles</source>
        <translation>Estilos instalados</translation>
    </message>
    <message>
        <source>Import a style</source>
        <translation>Importar un estilo</translation>
    </message>
    <message>
        <source>Save the style as a file</source>
        <translation>Guardar el estilo como archivo</translation>
    </message>
    <message>
        <source>Ricercar styles (*.ricercar-style)</source>
        <translation>Estilos de Ricercar (*.ricercar-style)</translation>
    </message>
</context>
<context>
    <name>TakeCard</name>
    <message>
        <source>Take {n}, {count} notes, {time}</source>
        <translation>Toma {n}, {count} notas, {time}</translation>
    </message>
    <message>
        <source>Variation number {seed}</source>
        <translation>Variación número {seed}</translation>
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
        <source>Writes the chosen take anew</source>
        <translation>Vuelve a escribir la toma elegida</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Regenerar</translation>
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
        <source>{first} to {last} to choose</source>
        <translation>De {first} a {last} para elegir</translation>
    </message>
</context>
<context>
    <name>TeachWizard</name>
    <message>
        <source>Teach a style</source>
        <translation>Enseñar un estilo</translation>
    </message>
    <message>
        <source>Music</source>
        <translation>Música</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparar</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Perfil</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Entrenamiento</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Siguiente</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Atrás</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>Empezar a entrenar</translation>
    </message>
    <message>
        <source>Training on “{what}” was interrupted at {n} %.</source>
        <translation>El entrenamiento con «{what}» se interrumpió al {n} %.</translation>
    </message>
    <message>
        <source>Training on “{what}” is nearly over, and was not saved.</source>
        <translation>El entrenamiento con «{what}» está casi terminado y no se guardó.</translation>
    </message>
    <message>
        <source>The training process stopped unexpectedly; what it has learned is kept.</source>
        <translation>El proceso que entrena se detuvo inesperadamente; lo aprendido se conserva.</translation>
    </message>
    <message>
        <source>Cancel training?</source>
        <translation>¿Cancelar el entrenamiento?</translation>
    </message>
    <message>
        <source>Go on training</source>
        <translation>Seguir entrenando</translation>
    </message>
    <message>
        <source>Save the style</source>
        <translation>Guardar el estilo</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>What it has learned can be kept, to go on another day.</source>
        <translation>Lo aprendido se puede conservar para seguir otro día.</translation>
    </message>
    <message>
        <source>Keep for later</source>
        <translation>Guardar para más tarde</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>Desechar</translation>
    </message>
</context>
<context>
    <name>Thumbnail</name>
    <message>
        <source>A picture of the notes</source>
        <translation>Una imagen de las notas</translation>
    </message>
</context>
<context>
    <name>TrainingPage</name>
    <message>
        <source>It is learning</source>
        <translation>Está aprendiendo</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Compare what it writes with what the base does, then give it a name.</source>
        <translation>Compare lo que escribe con lo que escribe la base y después póngale un nombre.</translation>
    </message>
    <message>
        <source>It has learned</source>
        <translation>Ha aprendido</translation>
    </message>
    <message>
        <source>How the pieces that it learns from surprise it: training loss, nats per note</source>
        <translation>Cuánto le sorprenden las piezas de las que aprende: pérdida de entrenamiento, nats por nota</translation>
    </message>
    <message>
        <source>in training</source>
        <translation>al entrenar</translation>
    </message>
    <message>
        <source>Your theme, continued:</source>
        <translation>Su tema, continuado:</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausa</translation>
    </message>
    <message>
        <source>Stop and keep the best</source>
        <translation>Detener y conservar lo mejor</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reanudar</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pausa</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>Preparando…</translation>
    </message>
    <message>
        <source>looking for the learning rate</source>
        <translation>buscando la tasa de aprendizaje</translation>
    </message>
    <message>
        <source>You can close this window and go on composing; training goes on, and is saved as it goes.</source>
        <translation>Puede cerrar esta ventana y seguir componiendo; el entrenamiento continúa y se va guardando.</translation>
    </message>
    <message>
        <source>Progress of the training</source>
        <translation>Avance del entrenamiento</translation>
    </message>
    <message>
        <source>better fit to your music</source>
        <translation>mejor encaje con su música</translation>
    </message>
    <message>
        <source>before</source>
        <translation>antes</translation>
    </message>
    <message>
        <source>now</source>
        <translation>ahora</translation>
    </message>
    <message>
        <source>Fits your music</source>
        <translation>Encaja con su música</translation>
    </message>
    <message>
        <source>Cancel training…</source>
        <translation>Cancelar el entrenamiento…</translation>
    </message>
    <message>
        <source>checking the base</source>
        <translation>comprobando la base</translation>
    </message>
    <message>
        <source>choosing the version to save</source>
        <translation>eligiendo la versión que se guarda</translation>
    </message>
    <message>
        <source>step {n}</source>
        <translation>paso {n}</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <translation>quedan {n} s</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>quedan {n} min</translation>
    </message>
    <message>
        <source>{h} h {m} min left</source>
        <translation>quedan {h} h {m} min</translation>
    </message>
    <message>
        <source>fits no better than the base</source>
        <translation>no encaja mejor que la base</translation>
    </message>
    <message>
        <source>A note of the test pieces is so much likelier than before: {n} nats per note of validation loss</source>
        <translation>Una nota de las piezas de prueba es así de más probable que antes: {n} nats por nota de pérdida de validación</translation>
    </message>
    <message>
        <source>It no longer fits the test pieces better, so training ends early.</source>
        <translation>Ya no encaja mejor con las piezas de prueba, así que el entrenamiento acaba antes.</translation>
    </message>
    <message>
        <source>Training is over</source>
        <translation>El entrenamiento ha terminado</translation>
    </message>
    <message>
        <source>Training was interrupted, and is kept</source>
        <translation>El entrenamiento se interrumpió y se conserva</translation>
    </message>
    <message>
        <source>Training ended</source>
        <translation>El entrenamiento acabó</translation>
    </message>
    <message>
        <source>Training was interrupted</source>
        <translation>El entrenamiento se interrumpió</translation>
    </message>
    <message>
        <source>the base</source>
        <translation>la base</translation>
    </message>
    <message>
        <source>After {n} min</source>
        <translation>Tras {n} min</translation>
    </message>
    <message>
        <source>Memory ran short, so it goes on in smaller parts ({windows} windows at once).</source>
        <translation>Faltaba memoria, así que sigue en partes menores ({windows} ventanas a la vez).</translation>
    </message>
    <message>
        <source>It could not be saved just now: {reason} It goes on and tries again.</source>
        <translation>No se ha podido guardar ahora: {reason} Continúa y lo vuelve a intentar.</translation>
    </message>
    <message>
        <source>Your theme could not be continued: {reason}</source>
        <translation>No se pudo continuar su tema: {reason}</translation>
    </message>
    <message>
        <source>{n} steps</source>
        <translation>{n} pasos</translation>
    </message>
    <message>
        <source>Its process stopped unexpectedly; not more than the last minute is lost.</source>
        <translation>Su proceso se detuvo de forma inesperada; no se pierde más que el último minuto.</translation>
    </message>
</context>
<context>
    <name>TransportBar</name>
    <message>
        <source>Pencil: draws, moves and resizes notes</source>
        <translation>Lápiz: dibuja, mueve y alarga notas</translation>
    </message>
    <message>
        <source>Select: a box selects, Shift-drag copies</source>
        <translation>Seleccionar: un recuadro selecciona, Mayús y arrastrar copia</translation>
    </message>
    <message>
        <source>Erase: takes away what it touches</source>
        <translation>Borrar: quita lo que toca</translation>
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
        <source>To the beginning</source>
        <translation>Al principio</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Reproducir</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Alejar</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Acercar</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
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
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>{qpm} bpm</source>
        <translation>{qpm} ppm</translation>
    </message>
</context>
<context>
    <name>UiState</name>
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
        <source>Or press Compose: {style} starts a new piece.</source>
        <translation>O pulse Componer: {style} empieza una pieza nueva.</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>el modelo</translation>
    </message>
    <message>
        <source>All keys and gestures stand in the help menu</source>
        <translation>Todas las teclas y gestos están en el menú Ayuda</translation>
    </message>
</context>
<context>
    <name>Verbs</name>
    <message>
        <source>As the roll</source>
        <translation>La del rollo</translation>
    </message>
    <message>
        <source>Bar</source>
        <translation>Compás</translation>
    </message>
    <message>
        <source>Transpose</source>
        <translation>Transportar</translation>
    </message>
    <message>
        <source>Count in</source>
        <translation>Contar en</translation>
    </message>
    <message>
        <source>Semitones</source>
        <translation>Semitonos</translation>
    </message>
    <message>
        <source>Scale steps</source>
        <translation>Grados de la escala</translation>
    </message>
    <message>
        <source>Up or down by</source>
        <translation>Subir o bajar</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>Inversión</translation>
    </message>
    <message>
        <source>Mirror about</source>
        <translation>Reflejar en</translation>
    </message>
    <message>
        <source>First note</source>
        <translation>Primera nota</translation>
    </message>
    <message>
        <source>Middle</source>
        <translation>Centro</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>Altura</translation>
    </message>
    <message>
        <source>Keep to the scale</source>
        <translation>Respetar la escala</translation>
    </message>
    <message>
        <source>Quantise</source>
        <translation>Cuantizar</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>Cuadrícula</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Fuerza</translation>
    </message>
    <message>
        <source>Swing</source>
        <translation>Swing</translation>
    </message>
    <message>
        <source>Lengths too</source>
        <translation>También las duraciones</translation>
    </message>
    <message>
        <source>Stretch</source>
        <translation>Estirar</translation>
    </message>
    <message>
        <source>To</source>
        <translation>A</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Otro</translation>
    </message>
    <message>
        <source>Per cent</source>
        <translation>Por ciento</translation>
    </message>
    <message>
        <source>Humanise</source>
        <translation>Humanizar</translation>
    </message>
    <message>
        <source>Timing</source>
        <translation>Tiempo</translation>
    </message>
    <message>
        <source>Velocity</source>
        <translation>Velocidad</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Duración</translation>
    </message>
    <message>
        <source>Variation number</source>
        <translation>N.º de variación</translation>
    </message>
    <message>
        <source>Split notes</source>
        <translation>Dividir notas</translation>
    </message>
    <message>
        <source>Equal parts</source>
        <translation>Partes iguales</translation>
    </message>
    <message>
        <source>Change velocities</source>
        <translation>Cambiar velocidades</translation>
    </message>
    <message>
        <source>How</source>
        <translation>Cómo</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Fijar</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Cambiar</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Escalar</translation>
    </message>
    <message>
        <source>Swell</source>
        <translation>Regulador</translation>
    </message>
    <message>
        <source>By</source>
        <translation>En</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>Change lengths</source>
        <translation>Cambiar duraciones</translation>
    </message>
    <message>
        <source>Note value</source>
        <translation>Figura</translation>
    </message>
</context>
</TS>
