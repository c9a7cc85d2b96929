"""Fine-tuning a style, page by page, through `processes.finetune_client`. Knows no torch.

- `compare_page`: page 4: base and style, heard blind
- `file_table`: the files of page 1 in a table
- `finetune_controller`: the wizard as the window knows it: opened, resumed, its strip
- `folder_page`: page 1: the music
- `loss_plot`: loss and learning-rate curves
- `page`: what all pages have in common
- `page_parts`: headings, figures and play buttons of the pages
- `recipe_page`: page 2: base style and recipe
- `sample_player`: plays samples through the window's player
- `save_page`: page 5: name, terms and file
- `training_page`: page 3: the run as it goes
- `wizard`: the five pages
"""
