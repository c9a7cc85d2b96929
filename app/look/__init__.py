"""What everything in the window looks and sounds like in words: colours, icons, fonts, languages, small widgets.
Knows no document.

- `accessible`: roles of our own widgets for screen readers
- `error_texts`: failures as translated sentences
- `i18n`: the window's language and its translations
- `icons`: icons as paths, in any colour and density
- `library_texts`: what the library says, translated: causes, warnings, words on cards
- `popup`: a button that opens a small panel
- `stylesheet`: fonts, palette and style sheet of a theme
- `theme`: design tokens for dark and light
- `thumbnail`: a small picture of a piece
- `widgets`: segments, steppers, combo boxes, rules
"""
