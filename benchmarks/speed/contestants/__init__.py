"""One module a contestant: `compete(case, folder)` builds the network, trains by turns and never returns."""
