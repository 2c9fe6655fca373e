"""torch-mimicry's own networks and train steps, where it has the model."""

import torch_games
from torch_mimicry.nets import sngan
from torch_mimicry.training.metric_log import MetricLog

NETWORKS = {"sngan": ("SNGANGenerator32", "SNGANDiscriminator32")}


class Contestant(torch_games.Contestant):
    """A game of torch-mimicry.

    Raises:
        NotImplementedError: if it has none of these networks.
    """

    latent_dim = 128

    def __init__(self, name, game, options):
        if name not in NETWORKS:
            raise NotImplementedError("torch-mimicry has no such networks.")
        self.names = NETWORKS[name]
        super().__init__(game, options, compiles=False)

    def build(self):
        self.networks = [getattr(sngan, name)() for name in self.names]

    def step(self, minibatches):
        (generator, critic), (of_generator, of_critic) = self.networks, self.adams
        shared = {"log_data": MetricLog(), "device": self.device, "global_step": self.steps}
        for real in minibatches:
            critic.train_step((real, None), netG=generator, optD=of_critic, **shared)
        generator.train_step((minibatches[0], None), netD=critic, optG=of_generator, **shared)
