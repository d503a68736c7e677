// Stands for a script library that this build of Odoo does not bring; what needed it (blurring the background in video
// calls) is not offered. Without it each page would report a file that cannot be loaded.
