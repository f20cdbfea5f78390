insert into builtin_templates (id, name, version, schema)
values (
  'tpl_igaming',
  'iGaming',
  '1.0',
  '{
    "entity_types": {
      "player": {
        "required": ["email", "country", "currency"],
        "optional": [
          "first_name", "last_name", "phone", "date_of_birth", "registration_date", "status", "vip_level"
        ]
      },
      "operator": { "required": ["name"], "optional": [] },
      "game": { "required": ["name"], "optional": [] }
    },
    "event_types": {
      "transaction": { "required": ["type", "amount", "currency"], "optional": [] },
      "game_activity": { "required": ["game_id", "bet_amount"], "optional": [] },
      "session": { "required": [], "optional": [] },
      "bonus": { "required": [], "optional": [] },
      "block": { "required": [], "optional": [] },
      "support": { "required": [], "optional": [] },
      "affiliate": { "required": [], "optional": [] }
    },
    "state_keys": ["balance", "kyc_status", "risk_score", "loyalty_tier"],
    "pii_fields": { "player": ["first_name", "last_name", "email", "phone", "date_of_birth"] }
  }'
);
