"""The Training page: settings before a run, the curves while it goes on.

It may import engine and what pages share.

`page` holds, before a run, `settings_card` (`groups`, `heads_form`, `suiting`), `augment_card` (`augment_rows`,
`batch_wall`), `before_card` and the `finder`;
meanwhile `loss_card`, `metric_card`, `progress_card` with `knobs_panel` and `ending`, `folds_card`, and looks:
`look_card` is their base, `surface_card` one of them.
"""
