-- Lines of the roster by their month, and the people who may stand on a post:
-- found through the document itself, so that no row can disagree with it.
CREATE INDEX confirmed_rota_month ON confirmed (json_extract(raw, '$.doc.month'))
    WHERE kind = 'rota';
CREATE INDEX confirmed_aux ON confirmed (id)
    WHERE kind = 'person' AND json_extract(raw, '$.doc.kind') = 'aux-police';
