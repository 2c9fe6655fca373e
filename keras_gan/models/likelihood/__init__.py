"""Models with a likelihood, or without a discriminator: variational autoencoders, flows, GLO and GON."""
