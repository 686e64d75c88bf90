"""The table of what can be wrong: every kind of problem with its name, one line for the manual, and how grave it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "advice"]


@dataclass(frozen=True)
class ProblemKind:
    """One kind of problem.

    Attributes:
        title: a few words for lists.
        about: one plain sentence for the manual.
        severity: "error" keeps a project from training; "advice" does not.
    """

    title: str
    about: str
    severity: Severity = "error"


PROBLEMS: dict[str, ProblemKind] = {
    "no_data": ProblemKind("no data", "Nothing has been opened to train on."),
    "being_read": ProblemKind("data is being read", "Nothing is wrong: shapes are known once the data is read."),
    "unreadable": ProblemKind("data cannot be read", "The data is not there any more, or cannot be used."),
    "no_examples": ProblemKind("no examples", "The training split is empty."),
    "missing_part": ProblemKind("data that is not there", "An Input names a part of the data that there is not."),
    "missing_target": ProblemKind("target that is not there", "An Output names a target that there is not."),
    "unanswered_target": ProblemKind("target without an output", "A target of the data has no Output."),
    "target_twice": ProblemKind("target answered twice", "Two Outputs answer the same target."),
    "unused_input": ProblemKind("unused input", "Nothing reads an Input."),
    "dead_branch": ProblemKind("dead branch", "Nothing reads what a layer gives, so it cannot learn."),
    "one_to_join": ProblemKind("nothing to join", "A layer that joins reads one layer only."),
    "several_read": ProblemKind("several inputs", "A layer that reads one is given several."),
    "flat_missing": ProblemKind("not flat", "A layer for one row of numbers reads a picture."),
    "sequence_after_flat": ProblemKind("sequence layer after a flat one", "A layer for sequences reads one row."),
    "sequence_on_picture": ProblemKind("sequence layer on a picture", "A layer for sequences reads a picture."),
    "picture_after_flat": ProblemKind("picture layer after a flat one", "A layer for pictures reads one row."),
    "picture_on_sequence": ProblemKind("picture layer on a sequence", "A layer for pictures reads a sequence."),
    "embedding_missing": ProblemKind("words without Embedding", "A layer for real numbers reads token numbers."),
    "embedding_on_numbers": ProblemKind("Embedding on numbers", "An Embedding reads numbers that are not tokens."),
    "vocabulary": ProblemKind("vocabulary too small", "An Embedding knows fewer words than the data has."),
    "channel_mismatch": ProblemKind("channels do not match", "Pictures of unequal channels cannot be joined so."),
    "feature_mismatch": ProblemKind("features do not match", "Rows of unequal features cannot be joined so."),
    "size_mismatch": ProblemKind("sizes do not match", "Pictures of unequal size, or unequal lengths, meet."),
    "axes_mismatch": ProblemKind("unlike shapes", "A picture, a sequence or a row meet at a layer that joins."),
    "window": ProblemKind("window too large", "A convolution's window is larger than what it slides over."),
    "pool_window": ProblemKind("pool too large", "A pool's window is larger than what it slides over."),
    "crop": ProblemKind("crops too much", "More is cut off than there is."),
    "slice": ProblemKind("slice out of range", "A slice begins or ends beyond the axis."),
    "patch": ProblemKind("patches do not fit", "Patches do not cut the picture up without a rest."),
    "groups": ProblemKind("groups do not divide", "Channels cannot be dealt into that many equal groups."),
    "heads": ProblemKind("heads do not divide", "Features cannot be dealt to that many attention heads."),
    "rotary": ProblemKind("rotary needs an even width", "Rotary positions turn pairs of numbers."),
    "axis": ProblemKind("axis that is not there", "A layer works along an axis that what it reads does not have."),
    "margin": ProblemKind("margin too wide", "A mirrored margin is wider than what it mirrors."),
    "norm_of_one": ProblemKind("norm of one number", "Instance norm compares places, and there is one."),
    "reshape": ProblemKind("numbers do not add up", "Reshape makes more or fewer numbers than come in."),
    "block_repeat": ProblemKind("block does not repeat", "What a block gives does not fit into its next repeat."),
    "shape": ProblemKind("shape does not fit", "The shape that reaches a layer does not suit it."),
    "shares": ProblemKind("shared weights do not fit", "A layer shares weights that do not fit or are not there."),
    "not_flat": ProblemKind("not one row", "The output needs one row of numbers and gets a picture or a sequence."),
    "units": ProblemKind("wrong number of units", "The last layer gives more or fewer numbers than the target has."),
    "answer_shape": ProblemKind("answer of another shape", "The output gives another shape than the values to answer."),
    "every_step": ProblemKind("one answer for all steps", "The next word is asked at each step, not once."),
    "sees_answer": ProblemKind("sees the answer", "A layer looks at later words, and so at the word to foretell."),
    "loss_kind": ProblemKind("unsuited loss", "The loss does not suit the kind of target."),
    "loss_form": ProblemKind("loss set for another target", "The loss expects the target in another form."),
    "counts_scaled": ProblemKind("scaled counts", "A loss for counts gets a scaled target."),
    "counts_negative": ProblemKind("counts below zero", "A loss for counts gets a target below zero."),
    "metric": ProblemKind("unsuited metric", "A metric cannot be measured on the target."),
    "loss_activation": ProblemKind("unsuited last activation", "The loss goes with another last activation."),
    "softmax_twice": ProblemKind("softmax twice", "Softmax, or the loss's own activation, is applied twice."),
    "early_softmax": ProblemKind("activation before the end", "What the loss applies itself stands before the end."),
    "constant_answer": ProblemKind("always the same answer", "Softmax of one unit is 1, whatever comes in."),
    "bounded_answer": ProblemKind("bounded answer", "The last activation cannot reach all values of the target."),
    "dropout_last": ProblemKind("dropout at the output", "Dropout sets finished answers to zero."),
    "batch_of_one": ProblemKind("batch norm of one", "Batch norm compares examples, and there is one."),
    "memory": ProblemKind("too little memory", "Training needs more memory than this machine has."),
    "nothing_to_learn": ProblemKind("nothing to learn", "No layer has weights."),
    "all_frozen": ProblemKind("all frozen", "Every layer with weights is frozen."),
    "half_on_cpu": ProblemKind("float16 on the CPU", "16-bit floats need a CUDA graphics card."),
    "cannot_mix": ProblemKind("examples that cannot be mixed", "Mixup or CutMix on words, next words or Hinge."),
    "empty_block": ProblemKind("empty block", "A block holds nothing.", "advice"),
    "target_not_moved": ProblemKind(
        "picture moved, target not",
        "A picture is flipped or shifted at random, and the network shall give back the one that was not.",
        "advice",
    ),
    "part_unread": ProblemKind("data not read", "A part of the data has no Input.", "advice"),
    "linear_stack": ProblemKind(
        "layers that add up to one", "Two Dense layers without an activation between do what one does.", "advice"
    ),
    "activation_repeated": ProblemKind("activation repeated", "Twice does what once does.", "advice"),
    "large_batch": ProblemKind("large batch", "A batch has more places than there are examples.", "advice"),
    "class_without_examples": ProblemKind("class without examples", "No example shows one of the classes.", "advice"),
    "one_class": ProblemKind("one class only", "Every example has the same class.", "advice"),
    "no_validation": ProblemKind("no validation examples", "Nothing is kept to watch the training by.", "advice"),
    "nothing_to_balance": ProblemKind("no classes to balance", "No target has classes to even out.", "advice"),
    "balanced_twice": ProblemKind("balanced twice", "Rare classes are shown more often and weigh more too.", "advice"),
    "augmentation_idle": ProblemKind(
        "augmentation without effect", "An augmentation is for another kind of data, or set to do nothing.", "advice"
    ),
    "accumulate_all": ProblemKind("few batches to accumulate", "An epoch has fewer batches than that.", "advice"),
    "follows_owner": ProblemKind(
        "learns as another", "A layer that uses another's weights learns as it does.", "advice"
    ),
}
"""Every kind by its id, in the order in which the manual prints them."""

OF_OTHER_DATA = frozenset(
    {
        "missing_part",
        "missing_target",
        "unanswered_target",
        "embedding_missing",
        "embedding_on_numbers",
        "vocabulary",
        "not_flat",
        "units",
        "answer_shape",
        "every_step",
        "loss_kind",
        "loss_form",
        "counts_scaled",
        "counts_negative",
        "metric",
        "loss_activation",
        "constant_answer",
        "bounded_answer",
        "cannot_mix",
    }
)
"""Kinds of problems that a network has under data other than it was made for."""

OF_THE_NETWORK = frozenset(
    {
        "target_twice",
        "unused_input",
        "dead_branch",
        "one_to_join",
        "several_read",
        "shares",
        "sees_answer",
        "softmax_twice",
        "early_softmax",
        "dropout_last",
        "batch_of_one",
        "memory",
        "nothing_to_learn",
        "all_frozen",
        "half_on_cpu",
    }
)
"""Kinds that a network or its training has whatever the data: suiting it leaves them to the person."""
