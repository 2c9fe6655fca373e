"""Modalities: kinds of data, each a module of the same six functions.

People have examples as arrays of integers or as strings; networks take tensors. `images`, `video` and `audio`
are modalities. One for text has the same functions, with the same meaning:

- `check(examples, name="examples")`: the examples as an array, in the form people or networks have them;
  a ValueError that says what is wrong with them, calling them `name`.
- `to_network(examples)`: from the form people have to the form networks take; what is in it already passes
  unchanged. Runs inside the training step, on every backend.
- `to_people(outputs)`: from what a network outputs, as an array, to the form people have.
- `read(source, ...)`: one example, in the form people have, from a file or its bytes; a ValueError that names
  the file if it cannot be read.
- `write(path, example)`: writes one example in the format that the path ends in, whole or not at all; returns
  the path.
- `sheet(path, examples, ...)`: writes several examples, side by side, into one file for people to look
  through; returns the path.

and two constants: `SUFFIXES`, the endings of files that `read` takes, and `SHEET`, the ending of a sheet.
What a modality depends on, such as the channels of images, the vocabulary of texts or the rate of sounds, is
a further argument of the functions that need it.
"""
