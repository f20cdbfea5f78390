// Generated from openapi.yaml; change that and run `pnpm generate`.
export interface paths {
    "/operator-data-api/entities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List entities
         * @description Newest first. PII stays as stored: each PII field is a ciphertext string, which can be sent back in an upsert of the same
         *     entity. A page may end before `limit`, even without a row: only `nextCursor` says whether there is more.
         *
         *     With `updatedSince` the order is oldest change first, and erased entities appear as `{id, erased_at}` whatever the type
         *     filter. Follow `nextCursor` until it is null, then ask again with the last `updated_at` you saw: entities of one batch
         *     share a time, so more of them than fit on a page would never be passed without the cursor. With `entityType` a page
         *     examines at most 1,000 changes, so it may be empty although more follow. A change appears only after every earlier
         *     transaction has finished, so polling never misses one.
         */
        get: operations["listEntities"];
        put?: never;
        /**
         * Create or replace an entity
         * @description An upsert on your `externalId`: `data` is replaced whole, the type is set, `created_at` stays. PII fields named
         *     by your template are sealed with AES-256-GCM under a key of your own before they are stored.
         *
         *     A list shows a PII field as its ciphertext. Sent back as a top-level value of `data`, for the same `externalId` and field, it
         *     is decrypted, and its plaintext is stored as your template demands now. Any other text with the complete form of a ciphertext
         *     is rejected with `VALIDATION_FAILED`.
         */
        post: operations["upsertEntity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/entities/{externalId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        /**
         * Read one entity
         * @description PII in clear. One of the few reads that show it; each leaves an access record. A session of role member gets PII as stored,
         *     each such field a ciphertext.
         */
        get: operations["getEntity"];
        put?: never;
        post?: never;
        /**
         * Erase an entity
         * @description The right to erasure. The row becomes a tombstone without the `externalId`, and stored responses about it keep
         *     their key and expiry only. A later POST of the same `externalId` creates a new entity with a new id.
         *
         *     From the response on, reads return 404, repeated requests with an old `Idempotency-Key` return 410, and batch reports show null in
         *     place of the `externalId`. If there are more than 10,000 rows about the entity, a background job redacts the rest: the status
         *     is then `running`, and the receipt shows the progress.
         */
        delete: operations["eraseEntity"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/entities/{externalId}/export": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        /**
         * Export everything about an entity
         * @description Subject access: one JSON object a line (NDJSON), PII in clear. First the entity, then its states by key, then its events,
         *     oldest first, archived ones too, and at last a line of type `end`. Streamed, so any number of events takes the same memory
         *     on both sides. What fails before the first line is an ordinary error response; what fails later cuts the connection. What has
         *     no `end` line broke off, however cleanly: use nothing of it and ask again. It is no snapshot: what
         *     changes while it is under way may or may not be in it, but events recorded after its start are not. The audit log says who exported what before the first line is sent.
         *     Refused to a session of role member.
         */
        get: operations["exportEntity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/entities/{externalId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        /**
         * List an entity's events
         * @description Newest `occurred_at` first. PII stays as stored. Archived events are listed with `archived=true`, and only then.
         *     A page may end before `limit`: only `nextCursor` says whether there is more.
         */
        get: operations["listEvents"];
        put?: never;
        /**
         * Record an event
         * @description Append-only. PII fields that your template names for the event type are sealed. The same Idempotency-Key again
         *     answers 200 with `action: duplicate` and records nothing.
         *
         *     A ciphertext as lists show it is rejected with `VALIDATION_FAILED` when it is a top-level value of `data`: it is valid only in
         *     the event that it was read from.
         */
        post: operations["recordEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/entities/{externalId}/events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
                /**
                 * @description The event's id.
                 * @example eev_79b1c0f1e2d3c4b5
                 */
                eventId: components["schemas"]["AnyId"];
            };
            cookie?: never;
        };
        /**
         * Read one event
         * @description PII in clear, archived or not. Leaves an access record. A session of role member gets PII as stored, each such field a
         *     ciphertext.
         */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/entities/{externalId}/state": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        /**
         * Read all states of an entity
         * @description By key. All of them come in one response, unless they are too large for it or there are more than 200: then only `nextCursor`
         *     says that there is more.
         */
        get: operations["listStates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/entities/{externalId}/state/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
                /**
                 * @description A state key of your template.
                 * @example balance
                 */
                key: components["schemas"]["AnyStateKey"];
            };
            cookie?: never;
        };
        /**
         * Read one state
         * @description Its value and when it was set last. A key of the template that was never set is 404 `STATE_NOT_FOUND`.
         */
        get: operations["getState"];
        /**
         * Set a state
         * @description The last write wins. The body is the value itself, any JSON, or an object whose only key is `value`.
         */
        put: operations["setState"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/batch/entities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create or replace up to 1,000 entities
         * @description Good items are stored, bad ones reported, and `success` stays true. An item is reported alone for whatever is wrong inside
         *     it: U+0000, a lone surrogate, a number literal that a double cannot give back as sent, more than 64 levels, a key of more
         *     than 255 characters, more than 1 MiB or 20,000 JSON values. Its ciphertext is decrypted, as if it had come alone. Of
         *     several good items with one `externalId` the last is what remains. gzip is accepted; limits count the inflated body:
         *     16 MiB, and 2,000,000 JSON values (each number, string, literal, object and array counts as one).
         */
        post: operations["batchEntities"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/batch/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record up to 5,000 events
         * @description As `batchEntities`; an event for an entity that does not exist, or with ciphertext, is reported, not recorded.
         */
        post: operations["batchEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/batch/states": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set up to 1,000 states
         * @description As `batchEntities`; of several good items with one `externalId` and `stateKey` the last is what remains.
         */
        post: operations["batchStates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/batch/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List batch jobs
         * @description Newest first, kept for 30 days. A page may end before `limit`: only `nextCursor` says whether there is more.
         */
        get: operations["listBatchJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/batch/jobs/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `jobId` from the batch's response.
                 * @example job_0f1e2d3c4b5a6978
                 */
                jobId: components["schemas"]["AnyId"];
            };
            cookie?: never;
        };
        /**
         * Read one batch job
         * @description What became of a batch, with the items that failed. Jobs are kept for 30 days. The `externalId` of an entity that has been
         *     erased is null.
         */
        get: operations["getBatchJob"];
        put?: never;
        post?: never;
        /**
         * Delete a batch report
         * @description Deletes the report before its 30 days are over, together with the stored response that repeats it. The records that the batch
         *     stored stay. Sending the batch again with its old `Idempotency-Key` is then 410 and writes nothing.
         */
        delete: operations["deleteBatchJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read your audit log
         * @description Who did what, newest first; what your platform did to you too, and who read personal data in clear. Append-only. A page may
         *     end before `limit`, even without a row: only `nextCursor` says whether there is more. With both `action` and `targetId` a
         *     page examines at most 1,000 rows.
         */
        get: operations["listOperatorAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/platform-api/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the platform's audit log
         * @description What the platform did, newest first. Append-only. A page may end before `limit`, even without a row: only `nextCursor` says
         *     whether there is more. With both `action` and `targetId` a page examines at most 1,000 rows.
         */
        get: operations["listPlatformAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/erasures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the receipt of an erasure
         * @description How far an erasure is, and how much it has redacted so far. Nobody can read the entity from the moment it was deleted. If there
         *     are more than 10,000 rows about it, a background job redacts the rest, and the status is `running` until it has finished.
         */
        get: operations["getErasure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the templates you can choose
         * @description The built-in ones, then your own, newest first. A template says which entity and event types exist, what they require,
         *     and which fields are PII.
         */
        get: operations["listTemplates"];
        put?: never;
        /**
         * Create a template of your own
         * @description At most 20 an operator. Each PII field stands in its type, required or optional; an entity type and an event type never
         *     share a name; nothing is named twice. Choose it with `PUT /operator-data-api/settings`.
         */
        post: operations["createTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/templates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The template's id.
                 * @example tpl_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["TemplateId"];
            };
            cookie?: never;
        };
        /**
         * Read a template of your own
         * @description A built-in template is 403; the list shows it.
         */
        get: operations["getTemplate"];
        /**
         * Change a template of your own
         * @description Name and schema are replaced whole and `version` goes up by one. The new version binds at once; what is stored is not
         *     held against it. When it names more PII fields, what is stored of them is sealed in the background.
         *     A built-in template is 403.
         */
        put: operations["updateTemplate"];
        post?: never;
        /**
         * Delete a template of your own
         * @description The one that your settings name is in use and stays. A built-in template is 403.
         */
        delete: operations["deleteTemplate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read your settings
         * @description The template in use and how long things are kept. Null is for ever, or nothing chosen yet.
         */
        get: operations["getSettings"];
        /**
         * Choose your template, set your retention
         * @description Partial: what is left out stays. `retentionPolicy` is replaced whole. null means that nothing is ever removed.
         *     A change of retention works from the next daily run.
         */
        put: operations["updateSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator-data-api/settings/retention-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what retention did
         * @description One entry for each daily run, newest first: how many events went into the archive, and how many events and states were
         *     removed for good. A run that is still going on has no `completedAt`. A page may end before `limit`: only `nextCursor` says
         *     whether there is more.
         */
        get: operations["listRetentionRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your keys
         * @description All active keys and the newest revoked or expired ones, at most 1,000 keys together, newest first, in one response.
         *     `keyHash` is the SHA-256 of a key, never the key itself: a program finds its own key by it.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create a key
         * @description With a key or session of the same operator, or of its platform. The plaintext is in this answer and nowhere else;
         *     a SHA-256 of it is stored. At most 100 active keys an operator.
         */
        post: operations["createApiKey"];
        /**
         * Revoke a key, or delete a revoked one
         * @description Without `hard` the key is revoked: it stops working with the very next request and stays listed. Revoking it again is
         *     200. The last active key, and the last active key with access `write`, cannot be revoked; keys that expire within a
         *     minute do not count as remaining ones. With `hard=true` a revoked key is deleted.
         */
        delete: operations["deleteApiKey"];
        options?: never;
        head?: never;
        /**
         * Rename a key
         * @description The label alone. What a key reaches and when it ends cannot be changed.
         */
        patch: operations["renameApiKey"];
        trace?: never;
    };
    "/platform-api/operators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your operators
         * @description Newest first. A page may end before `limit`, even without a row: only `nextCursor` says whether there is more. With `q`, or
         *     with both `status` and `plan`, a page examines at most 1,000 operators.
         */
        get: operations["listOperators"];
        put?: never;
        /**
         * Create an operator
         * @description A new operator has no key and no template yet. Make it a key, with which it chooses its template itself.
         */
        post: operations["createOperator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/platform-api/operators/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operator's id.
                 * @example op_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["OperatorId"];
            };
            cookie?: never;
        };
        /**
         * Read one operator
         * @description What the platform keeps about it. Its data is out of a platform's reach.
         */
        get: operations["getOperator"];
        /**
         * Update an operator
         * @description Partial: what is left out stays. null clears `plan`, `industry` and `contactEmail`; `configuration` is replaced
         *     whole. `status` suspends and reactivates.
         */
        put: operations["updateOperator"];
        post?: never;
        /**
         * Suspend an operator
         * @description Its keys stop working on the very next request, on every server. Nothing is removed, and PUT `status: active` brings
         *     it back. Repeatable.
         */
        delete: operations["suspendOperator"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/platform-api/operators/{id}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operator's id.
                 * @example op_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["OperatorId"];
            };
            cookie?: never;
        };
        /**
         * List an operator's keys
         * @description All active keys and the newest revoked or expired ones, at most 1,000 keys together, newest first, in one response.
         *     `keyHash` is masked.
         */
        get: operations["listOperatorApiKeys"];
        put?: never;
        /**
         * Create a key for an operator
         * @description The plaintext is in this answer and nowhere else. The body may be absent.
         */
        post: operations["createOperatorApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/platform-api/operators/{id}/api-keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operator's id.
                 * @example op_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["OperatorId"];
                /**
                 * @description The key's id.
                 * @example a1b2c3d4-e5f6-4890-abcd-ef1234567890
                 */
                keyId: components["schemas"]["AnyId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an operator's key, or delete a revoked one
         * @description Without `hard` the key is revoked, even if it is the operator's last one. Revoking it again is 200. With `hard=true` a
         *     revoked key is deleted.
         */
        delete: operations["revokeOperatorApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        EntityId: string;
        /** @description Your identifier, 1 to 255 code points, compared byte for byte. Not exactly `.` or `..`. */
        ExternalId: string;
        /** @description A type that your template names. */
        EntityType: string;
        /** @description JSON, kept value for value. A number literal that a double cannot give back as sent is rejected with `VALIDATION_FAILED`: an integer beyond ±(2⁵³−1), a decimal with too many digits, an overflow or underflow. Send it as a string; nothing is rounded in silence. A top-level value that is the ciphertext of this entity's field, as a list shows it, stands for its plaintext. */
        EntityData: {
            [key: string]: unknown;
        };
        /**
         * Format: date-time
         * @description ISO 8601, UTC, milliseconds.
         */
        Timestamp: string;
        Entity: {
            id: components["schemas"]["EntityId"];
            external_id: components["schemas"]["ExternalId"];
            entity_type: components["schemas"]["EntityType"];
            data: components["schemas"]["EntityData"];
            created_at: components["schemas"]["Timestamp"];
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description In a list with `updatedSince` only. */
        ErasedEntity: {
            id: components["schemas"]["EntityId"];
            erased_at: components["schemas"]["Timestamp"];
        };
        /** @description Give it back as `cursor` for the next page; null at the end. */
        NextCursor: string | null;
        EntityPage: {
            /** @constant */
            success: true;
            data: (components["schemas"]["Entity"] | components["schemas"]["ErasedEntity"])[];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /**
         * @description What went wrong, for programs. A closed set.
         * @enum {string}
         */
        ErrorCode: "INVALID_JSON" | "MISSING_FIELDS" | "VALIDATION_FAILED" | "TEMPLATE_NOT_CONFIGURED" | "INVALID_STATE_KEY" | "BATCH_TOO_LARGE" | "LAST_ACTIVE_KEY" | "KEY_STILL_ACTIVE" | "AUTH_MISSING" | "AUTH_INVALID" | "AUTH_REVOKED" | "AUTH_EXPIRED" | "AUTH_SUSPENDED" | "FORBIDDEN" | "NOT_FOUND" | "OPERATOR_NOT_FOUND" | "KEY_NOT_FOUND" | "TEMPLATE_NOT_FOUND" | "ENTITY_NOT_FOUND" | "EVENT_NOT_FOUND" | "STATE_NOT_FOUND" | "JOB_NOT_FOUND" | "ERASURE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "TEMPLATE_IN_USE" | "IDEMPOTENCY_IN_PROGRESS" | "ENTITY_ERASED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
        ErrorDetail: {
            /** @description Where in the request; dots lead into objects. */
            field: string;
            message: string;
        };
        Error: {
            /** @constant */
            success: false;
            error: {
                code: components["schemas"]["ErrorCode"];
                message: string;
                /** @description Every fault of the request at once. */
                details?: components["schemas"]["ErrorDetail"][];
            };
            requestId: string;
            /**
             * Format: date-time
             * @description With RATE_LIMITED only: when the window ends, by the clock that `Date` tells.
             */
            resetAt?: string;
        };
        EntityUpsert: {
            entityType: components["schemas"]["EntityType"];
            externalId: components["schemas"]["ExternalId"];
            data: components["schemas"]["EntityData"];
        };
        EntityUpserted: {
            /** @constant */
            success: true;
            data: {
                id: components["schemas"]["EntityId"];
                externalId: components["schemas"]["ExternalId"];
                entityType: components["schemas"]["EntityType"];
                /** @enum {string} */
                action: "created" | "updated";
            };
        };
        EntityFound: {
            /** @constant */
            success: true;
            data: components["schemas"]["Entity"];
        };
        ErasureId: string;
        EntityErased: {
            /** @constant */
            success: true;
            message: string;
            data: {
                erasureId: components["schemas"]["ErasureId"];
                /** @enum {string} */
                status: "completed" | "running";
            };
        };
        ExportedEntity: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "entity";
            id: components["schemas"]["EntityId"];
            external_id: components["schemas"]["ExternalId"];
            entity_type: components["schemas"]["EntityType"];
            data: components["schemas"]["EntityData"];
            created_at: components["schemas"]["Timestamp"];
            updated_at: components["schemas"]["Timestamp"];
        };
        StateKey: string;
        /** @description Any JSON value. */
        StateValue: unknown;
        ExportedState: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "state";
            state_key: components["schemas"]["StateKey"];
            value: components["schemas"]["StateValue"];
            updated_at: components["schemas"]["Timestamp"];
        };
        EventId: string;
        /** @description JSON, kept value for value. A number literal that a double cannot give back as sent is rejected with `VALIDATION_FAILED`: an integer beyond ±(2⁵³−1), a decimal with too many digits, an overflow or underflow. Send it as a string; nothing is rounded in silence. No top-level value may be a ciphertext as lists show it. */
        EventData: {
            [key: string]: unknown;
        };
        ExportedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "event";
            id: components["schemas"]["EventId"];
            event_type: string;
            data: components["schemas"]["EventData"];
            occurred_at: components["schemas"]["Timestamp"];
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description Says that nothing is missing, and how many lines of each kind went before. */
        ExportEnd: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "end";
            /** Format: int64 */
            states: number;
            /** Format: int64 */
            events: number;
        };
        ExportLine: components["schemas"]["ExportedEntity"] | components["schemas"]["ExportedState"] | components["schemas"]["ExportedEvent"] | components["schemas"]["ExportEnd"];
        Event: {
            id: components["schemas"]["EventId"];
            event_type: string;
            data: components["schemas"]["EventData"];
            occurred_at: components["schemas"]["Timestamp"];
            created_at: components["schemas"]["Timestamp"];
        };
        EventPage: {
            /** @constant */
            success: true;
            data: components["schemas"]["Event"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description A type that your template names. */
        EventType: string;
        EventRecord: {
            eventType: components["schemas"]["EventType"];
            data: components["schemas"]["EventData"];
            /**
             * Format: date-time
             * @description An RFC 3339 date-time, kept to the millisecond. Now unless given; from 1825 days ago to 5 minutes ahead.
             */
            occurredAt?: string;
        };
        EventRecorded: {
            /** @constant */
            success: true;
            data: {
                id: components["schemas"]["EventId"];
                /** @enum {string} */
                action?: "duplicate";
            };
        };
        /** @description An id that the server assigned. An id of another form, a longer one too, is an unknown id and returns 404. */
        AnyId: string;
        EventFound: {
            /** @constant */
            success: true;
            data: components["schemas"]["Event"];
        };
        State: {
            state_key: components["schemas"]["StateKey"];
            value: components["schemas"]["StateValue"];
            updated_at: components["schemas"]["Timestamp"];
        };
        StateList: {
            /** @constant */
            success: true;
            data: components["schemas"]["State"][];
            nextCursor?: components["schemas"]["NextCursor"];
        };
        /** @description A state key. One of another form, a longer one too, is not in your template and returns `INVALID_STATE_KEY`. */
        AnyStateKey: string;
        StateFound: {
            /** @constant */
            success: true;
            data: components["schemas"]["State"];
        };
        /** @description Any JSON value; an object whose only key is `value` is a wrapper around it. A number literal that a double cannot give back as sent is rejected with `VALIDATION_FAILED`: an integer beyond ±(2⁵³−1), a decimal with too many digits, an overflow or underflow. Send it as a string; nothing is rounded in silence. States are never encrypted and are stored as sent, so keep personal data out of them. */
        StateWrite: unknown;
        StateSet: {
            /** @constant */
            success: true;
            data: {
                stateKey: components["schemas"]["StateKey"];
                value: components["schemas"]["StateValue"];
            };
        };
        EntityBatch: components["schemas"]["EntityUpsert"][];
        JobId: string;
        BatchError: {
            /** Format: int32 */
            index: number;
            /** @description Null if it was not a string that can be stored, or if it belonged to an erased entity and no living entity has it now. */
            externalId: string | null;
            code: components["schemas"]["ErrorCode"];
            message: string;
        };
        BatchResult: {
            jobId: components["schemas"]["JobId"];
            /** Format: int32 */
            succeeded: number;
            /** Format: int32 */
            failed: number;
            errors: components["schemas"]["BatchError"][];
        };
        BatchDone: {
            /** @constant */
            success: true;
            data: components["schemas"]["BatchResult"];
        };
        BatchEvent: {
            externalId: components["schemas"]["ExternalId"];
            eventType: components["schemas"]["EventType"];
            data: components["schemas"]["EventData"];
            /** Format: date-time */
            occurredAt?: string;
        };
        EventBatch: components["schemas"]["BatchEvent"][];
        BatchState: {
            externalId: components["schemas"]["ExternalId"];
            stateKey: components["schemas"]["AnyStateKey"];
            value: components["schemas"]["StateValue"];
        };
        StateBatch: components["schemas"]["BatchState"][];
        /** Format: date-time */
        NullableTimestamp: string | null;
        BatchJob: {
            jobId: components["schemas"]["JobId"];
            /** @enum {string} */
            type: "entities" | "events" | "states";
            /** @enum {string} */
            status: "completed" | "partial" | "failed";
            /** Format: int32 */
            total: number;
            /** Format: int32 */
            succeeded: number;
            /** Format: int32 */
            failed: number;
            errors: components["schemas"]["BatchError"][];
            createdAt: components["schemas"]["Timestamp"];
            completedAt: components["schemas"]["NullableTimestamp"];
        };
        BatchJobPage: {
            /** @constant */
            success: true;
            data: components["schemas"]["BatchJob"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        BatchJobFound: {
            /** @constant */
            success: true;
            data: components["schemas"]["BatchJob"];
        };
        Done: {
            /** @constant */
            success: true;
            message: string;
        };
        AuditEntry: {
            /** Format: uuid */
            id: string;
            at: components["schemas"]["Timestamp"];
            actor: {
                /**
                 * @description `commandLine` is the server's own, at the server itself; it has no id.
                 * @enum {string}
                 */
                type: "operatorKey" | "platformKey" | "user" | "commandLine" | "worker";
                id: string | null;
            };
            action: string;
            target: {
                type: string;
                id: string | null;
            };
            requestId: string | null;
        };
        AuditPage: {
            /** @constant */
            success: true;
            data: components["schemas"]["AuditEntry"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        Erasure: {
            id: components["schemas"]["ErasureId"];
            entityId: components["schemas"]["EntityId"];
            /** @enum {string} */
            status: "completed" | "running";
            /** Format: int64 */
            eventsRedacted: number;
            /** Format: int64 */
            statesRemoved: number;
            /** Format: int64 */
            repliesPurged: number;
            requestedAt: components["schemas"]["Timestamp"];
            completedAt: components["schemas"]["NullableTimestamp"];
        };
        ErasureFound: {
            /** @constant */
            success: true;
            data: components["schemas"]["Erasure"];
        };
        TemplateId: string;
        TemplateName: string;
        TypeName: string;
        FieldName: string;
        /** @description At most 200 fields a type, both lists together. */
        TypeFields: {
            required: components["schemas"]["FieldName"][];
            optional: components["schemas"]["FieldName"][];
        };
        /** @description At most 65,536 bytes of JSON. Each field of `pii_fields` stands in its type, required or optional. */
        TemplateSchema: {
            entity_types: {
                [key: string]: components["schemas"]["TypeFields"];
            };
            event_types: {
                [key: string]: components["schemas"]["TypeFields"];
            };
            state_keys: components["schemas"]["TypeName"][];
            pii_fields: {
                [key: string]: components["schemas"]["FieldName"][];
            };
        };
        Template: {
            id: components["schemas"]["TemplateId"];
            name: components["schemas"]["TemplateName"];
            version: string;
            schema: components["schemas"]["TemplateSchema"];
            created_at: components["schemas"]["Timestamp"];
        };
        TemplateList: {
            /** @constant */
            success: true;
            data: components["schemas"]["Template"][];
        };
        TemplateWrite: {
            name: components["schemas"]["TemplateName"];
            schema: components["schemas"]["TemplateSchema"];
        };
        TemplateFound: {
            /** @constant */
            success: true;
            data: components["schemas"]["Template"];
        };
        /** Format: int32 */
        RetentionDays: number | null;
        RetentionBounds: {
            /** Format: int32 */
            hot_days: number;
            /**
             * Format: int32
             * @description Not below `hot_days`.
             */
            archive_days: number;
        };
        RetentionPolicy: {
            entity_events?: components["schemas"]["RetentionBounds"];
            entity_states?: components["schemas"]["RetentionBounds"];
        } | null;
        Settings: {
            template: {
                id: components["schemas"]["TemplateId"];
                name: string;
                version: string;
            } | null;
            dataRetentionDays: components["schemas"]["RetentionDays"];
            retentionPolicy: components["schemas"]["RetentionPolicy"];
        };
        SettingsFound: {
            /** @constant */
            success: true;
            data: components["schemas"]["Settings"];
        };
        SettingsUpdate: {
            templateId?: components["schemas"]["AnyId"];
            dataRetentionDays?: components["schemas"]["RetentionDays"];
            retentionPolicy?: components["schemas"]["RetentionPolicy"];
        };
        RetentionRun: {
            /** Format: uuid */
            id: string;
            startedAt: components["schemas"]["Timestamp"];
            completedAt: components["schemas"]["NullableTimestamp"];
            /** Format: int64 */
            eventsArchived: number;
            /** Format: int64 */
            eventsRemoved: number;
            /** Format: int64 */
            statesRemoved: number;
        };
        RetentionRunPage: {
            /** @constant */
            success: true;
            data: components["schemas"]["RetentionRun"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        OperatorId: string;
        /** @description What the key is for, in your words. */
        KeyLabel: string | null;
        /**
         * @description A `read` key may GET and HEAD only; it sees PII in clear where those do.
         * @enum {string}
         */
        KeyAccess: "write" | "read";
        /** @enum {string} */
        KeyOrigin: "platform" | "operator" | "user";
        ApiKey: {
            /** Format: uuid */
            id: string;
            operatorId: components["schemas"]["OperatorId"];
            /** @description SHA-256 in hex; masked where a platform asks. */
            keyHash: string;
            label: components["schemas"]["KeyLabel"];
            createdAt: components["schemas"]["Timestamp"];
            lastUsedAt: components["schemas"]["NullableTimestamp"];
            revoked: boolean;
            expiresAt: components["schemas"]["NullableTimestamp"];
            access: components["schemas"]["KeyAccess"];
            createdBy: components["schemas"]["KeyOrigin"];
        };
        ApiKeyList: {
            /** @constant */
            success: true;
            data: components["schemas"]["ApiKey"][];
        };
        /** @description The error of the path `/api-keys`. */
        SentenceError: {
            /** @constant */
            success: false;
            error: string;
            code: components["schemas"]["ErrorCode"];
            details?: components["schemas"]["ErrorDetail"][];
            requestId: string;
            /** Format: date-time */
            resetAt?: string;
        };
        /**
         * Format: date-time
         * @description In the future; null for never.
         */
        KeyExpiry: string | null;
        ApiKeyCreate: {
            operatorId: components["schemas"]["AnyId"];
            label?: components["schemas"]["KeyLabel"];
            expiresAt?: components["schemas"]["KeyExpiry"];
            access?: components["schemas"]["KeyAccess"];
        };
        ApiKeyCreated: {
            /** @constant */
            success: true;
            data: {
                /** Format: uuid */
                id: string;
                key: string;
                label: components["schemas"]["KeyLabel"];
                createdAt: components["schemas"]["Timestamp"];
                expiresAt: components["schemas"]["NullableTimestamp"];
                access: components["schemas"]["KeyAccess"];
            };
        };
        ApiKeyRename: {
            id: components["schemas"]["AnyId"];
            label: string;
        };
        /** @enum {string} */
        OperatorStatus: "active" | "suspended";
        OperatorName: string;
        NullableWord: string | null;
        /**
         * Format: email
         * @description A mailbox as RFC 5321 writes it, 254 bytes at most; internationalized ones (RFC 6531) are accepted.
         */
        NullableEmail: string | null;
        /** Format: int32 */
        RateLimitOverride: number;
        /** @description Yours to fill, 16 KiB of JSON at most. `rateLimits` is ours to read, calls a minute by category. */
        Configuration: {
            rateLimits?: {
                realtime?: components["schemas"]["RateLimitOverride"];
                batch?: components["schemas"]["RateLimitOverride"];
                read?: components["schemas"]["RateLimitOverride"];
                gateway?: components["schemas"]["RateLimitOverride"];
                management?: components["schemas"]["RateLimitOverride"];
                analyticsRead?: components["schemas"]["RateLimitOverride"];
                analyticsExport?: components["schemas"]["RateLimitOverride"];
                analyticsRefresh?: components["schemas"]["RateLimitOverride"];
            };
        } & {
            [key: string]: unknown;
        };
        Operator: {
            id: components["schemas"]["OperatorId"];
            name: components["schemas"]["OperatorName"];
            plan: components["schemas"]["NullableWord"];
            status: components["schemas"]["OperatorStatus"];
            contactEmail: components["schemas"]["NullableEmail"];
            industry: components["schemas"]["NullableWord"];
            configuration: components["schemas"]["Configuration"];
            createdAt: components["schemas"]["Timestamp"];
            updatedAt: components["schemas"]["Timestamp"];
            suspendedAt: components["schemas"]["NullableTimestamp"];
        };
        OperatorPage: {
            /** @constant */
            success: true;
            data: components["schemas"]["Operator"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        OperatorCreate: {
            name: components["schemas"]["OperatorName"];
            plan?: components["schemas"]["NullableWord"];
            industry?: components["schemas"]["NullableWord"];
            contactEmail?: components["schemas"]["NullableEmail"];
            configuration?: components["schemas"]["Configuration"];
        };
        OperatorFound: {
            /** @constant */
            success: true;
            data: components["schemas"]["Operator"];
        };
        OperatorUpdate: {
            name?: components["schemas"]["OperatorName"];
            plan?: components["schemas"]["NullableWord"];
            industry?: components["schemas"]["NullableWord"];
            contactEmail?: components["schemas"]["NullableEmail"];
            configuration?: components["schemas"]["Configuration"];
            status?: components["schemas"]["OperatorStatus"];
        };
        OperatorApiKeyCreate: {
            label?: components["schemas"]["KeyLabel"];
            expiresAt?: components["schemas"]["KeyExpiry"];
            access?: components["schemas"]["KeyAccess"];
        };
    };
    responses: {
        /** @description The request is malformed: `INVALID_JSON`, `MISSING_FIELDS`, `VALIDATION_FAILED` or a code of the operation. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "MISSING_FIELDS",
                 *         "message": "Missing required field: \"externalId\"",
                 *         "details": [
                 *           {
                 *             "field": "externalId",
                 *             "message": "Missing required field: \"externalId\""
                 *           }
                 *         ]
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description No credential, or not a valid one. */
        Unauthorized: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "AUTH_MISSING",
                 *         "message": "Send your key as Authorization: Bearer …"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description A valid credential that does not reach this. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "FORBIDDEN",
                 *         "message": "This credential does not reach this operation"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Too many requests in this category. */
        RateLimited: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "RATE_LIMITED",
                 *         "message": "Too many requests: \"realtime\" takes 1 in 60 seconds"
                 *       },
                 *       "requestId": "req-7f3a",
                 *       "resetAt": "2026-04-06T12:01:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /**
         * @description The request line and the headers together are larger than 16 KiB. The server rejects the request before it looks at the
         *     path or the credential, so the request does not count against a limit. The connection is closed.
         */
        HeadersTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "PAYLOAD_TOO_LARGE",
                 *         "message": "The request's line and headers are too large together"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Our fault; its cause is in our log under the request id. */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "INTERNAL_ERROR",
                 *         "message": "Something went wrong on our side; the request id finds its cause in our log"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Stopping, or the database is away. Try again. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "SERVICE_UNAVAILABLE",
                 *         "message": "Not available right now, try again shortly"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description A request with the same Idempotency-Key is still running. */
        InProgress: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "IDEMPOTENCY_IN_PROGRESS",
                 *         "message": "A request with this Idempotency-Key is still running"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The entity that this Idempotency-Key wrote has been erased, or the report of its batch deleted. */
        Erased: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "ENTITY_ERASED",
                 *         "message": "What this Idempotency-Key wrote has been erased; use a new key"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body is larger than 1 MiB or holds more than 20,000 JSON values; for a batch, 16 MiB or 2,000,000 values. */
        TooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "PAYLOAD_TOO_LARGE",
                 *         "message": "The body is larger than 1048576 bytes"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body is not `application/json` in UTF-8. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "UNSUPPORTED_MEDIA_TYPE",
                 *         "message": "Send Content-Type: application/json, encoded in UTF-8"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description This Idempotency-Key was used for another request. */
        KeyReused: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "IDEMPOTENCY_KEY_REUSED",
                 *         "message": "This Idempotency-Key was used for another request; use a new key for a new request"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description No such thing, or not yours: there is no difference. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "NOT_FOUND",
                 *         "message": "Not found"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description What was stored and what was not. */
        BatchDone: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": true,
                 *       "data": {
                 *         "jobId": "job_0f1e2d3c4b5a6978",
                 *         "succeeded": 1,
                 *         "failed": 1,
                 *         "errors": [
                 *           {
                 *             "index": 1,
                 *             "externalId": "player_2",
                 *             "code": "VALIDATION_FAILED",
                 *             "message": "Missing required field: \"email\""
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["BatchDone"];
            };
        };
        /** @description Your settings name this template; choose another one first. */
        TemplateInUse: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "TEMPLATE_IN_USE",
                 *         "message": "Your settings name this template; choose another one first"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The request is malformed: `INVALID_JSON`, `MISSING_FIELDS`, `VALIDATION_FAILED` or a code of the operation. */
        SentenceBadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": "operatorId is required",
                 *       "code": "MISSING_FIELDS",
                 *       "details": [
                 *         {
                 *           "field": "operatorId",
                 *           "message": "Missing required field: \"operatorId\""
                 *         }
                 *       ],
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["SentenceError"];
            };
        };
        /** @description No credential, or not a valid one. */
        SentenceUnauthorized: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": "Send your key as Authorization: Bearer …",
                 *       "code": "AUTH_MISSING",
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["SentenceError"];
            };
        };
        /** @description A valid credential that does not reach this. */
        SentenceForbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": "This credential cannot create keys for that operator",
                 *       "code": "FORBIDDEN",
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["SentenceError"];
            };
        };
        /** @description Too many requests in this category. */
        SentenceRateLimited: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": "Too many requests: \"management\" takes 1 in 60 seconds",
                 *       "code": "RATE_LIMITED",
                 *       "requestId": "req-7f3a",
                 *       "resetAt": "2026-04-06T12:01:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["SentenceError"];
            };
        };
        /**
         * @description The request line and the headers together are larger than 16 KiB. The server rejects the request before it looks at the
         *     path or the credential, so the request does not count against a limit. The connection is closed. `error` is an
         *     object if the server had not read the path yet.
         */
        SentenceHeadersTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "PAYLOAD_TOO_LARGE",
                 *         "message": "The request's line and headers are too large together"
                 *       },
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["SentenceError"] | components["schemas"]["Error"];
            };
        };
        /** @description Our fault; its cause is in our log under the request id. */
        SentenceInternalError: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": "Failed to list keys",
                 *       "code": "INTERNAL_ERROR",
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["SentenceError"];
            };
        };
        /** @description Stopping, or the database is away. Try again. */
        SentenceUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": "Not available right now, try again shortly",
                 *       "code": "SERVICE_UNAVAILABLE",
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["SentenceError"];
            };
        };
        /** @description The body is larger than this operation takes. */
        SentenceTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": "The body is larger than 1048576 bytes",
                 *       "code": "PAYLOAD_TOO_LARGE",
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["SentenceError"];
            };
        };
        /** @description The body is not `application/json` in UTF-8. */
        SentenceUnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": "Send Content-Type: application/json, encoded in UTF-8",
                 *       "code": "UNSUPPORTED_MEDIA_TYPE",
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["SentenceError"];
            };
        };
        /** @description No such thing, or not yours: there is no difference. */
        SentenceNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": "Key not found",
                 *       "code": "KEY_NOT_FOUND",
                 *       "requestId": "req-7f3a"
                 *     }
                 */
                "application/json": components["schemas"]["SentenceError"];
            };
        };
    };
    parameters: {
        /**
         * @description How many rows a page holds at most. A page may hold fewer, or none, and still not be the last one.
         * @example 50
         */
        Limit: number;
        /**
         * @description The `nextCursor` of the page before. Opaque; bound to its path and filters.
         * @example AXsBk3YyJjv0LQ
         */
        Cursor: string;
        /**
         * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
         *     Another request under the same key is 422. Stored hashed, never as sent.
         * @example create-player-12345
         */
        IdempotencyKey: string;
        /**
         * @description Your identifier, percent-encoded.
         * @example player_12345
         */
        ExternalId: components["schemas"]["ExternalId"];
        /**
         * @description Only this action, for example `key.revoke`.
         * @example settings.update
         */
        Action: string;
        /**
         * @description Only what was done to this thing.
         * @example ent_a1b2c3d4e5f67890
         */
        TargetId: string;
        /**
         * @description At or after this moment.
         * @example 2026-04-01T00:00:00.000Z
         */
        From: string;
        /**
         * @description Before this moment.
         * @example 2026-05-01T00:00:00.000Z
         */
        To: string;
        /**
         * @description The template's id.
         * @example tpl_a1b2c3d4e5f67890
         */
        TemplateId: components["schemas"]["AnyId"];
        /**
         * @description Delete a revoked key for good.
         * @example true
         */
        Hard: boolean;
        /**
         * @description The operator's id.
         * @example op_a1b2c3d4e5f67890
         */
        OperatorId: components["schemas"]["AnyId"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description The caller's `X-Request-Id` if it is well formed, else ours.
         * @example req-7f3a
         */
        RequestId: string;
        /**
         * @description The rate-limit category of the request, its quota and its window in seconds (IETF draft
         *     `draft-ietf-httpapi-ratelimit-headers`, a structured field). Only requests that count against a quota have this header.
         *     A request that the server rejects earlier has none: 401, 403 for a credential of the wrong kind or with too few rights,
         *     404 and 405 for a path or method that the API does not have, and 429 and 503 in their place.
         * @example "realtime";q=6000;w=60
         */
        RateLimitPolicy: string;
        /**
         * @description The category, the calls left in its window, and the seconds until the window ends. Absent where `RateLimit-Policy` is.
         * @example "realtime";r=5999;t=42
         */
        RateLimit: string;
        /**
         * @description `Bearer`, after RFC 6750.
         * @example Bearer
         */
        WwwAuthenticate: string;
        /**
         * @description Whole seconds to wait.
         * @example 1
         */
        RetryAfter: number;
        /**
         * @description Present and `true` when this is a remembered reply.
         * @example true
         */
        IdempotencyReplayed: "true";
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listEntities: {
        parameters: {
            query?: {
                /**
                 * @description Only entities of this type.
                 * @example player
                 */
                entityType?: string;
                /**
                 * @description Only changes at or after this moment, an RFC 3339 date-time, oldest change first.
                 * @example 2026-04-06T10:30:00.000Z
                 */
                updatedSince?: string;
                /**
                 * @description How many rows a page holds at most. A page may hold fewer, or none, and still not be the last one.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `nextCursor` of the page before. Opaque; bound to its path and filters.
                 * @example AXsBk3YyJjv0LQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "ent_a1b2c3d4e5f67890",
                     *           "external_id": "player_12345",
                     *           "entity_type": "player",
                     *           "data": {
                     *             "email": "v1.k1.AAECAwQFBgcICQoLq83vEjRWeJCrze8SNFZ4kKvN7w",
                     *             "country": "GB",
                     *             "currency": "GBP"
                     *           },
                     *           "created_at": "2026-04-06T10:30:00.000Z",
                     *           "updated_at": "2026-04-06T10:30:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["EntityPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    upsertEntity: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
                 *     Another request under the same key is 422. Stored hashed, never as sent.
                 * @example create-player-12345
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entityType": "player",
                 *       "externalId": "player_12345",
                 *       "data": {
                 *         "email": "james@example.com",
                 *         "country": "GB",
                 *         "currency": "GBP",
                 *         "vip_level": "bronze"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EntityUpsert"];
            };
        };
        responses: {
            /** @description The entity existed and was replaced. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "ent_a1b2c3d4e5f67890",
                     *         "externalId": "player_12345",
                     *         "entityType": "player",
                     *         "action": "updated"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["EntityUpserted"];
                };
            };
            /** @description The entity is new. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "ent_a1b2c3d4e5f67890",
                     *         "externalId": "player_12345",
                     *         "entityType": "player",
                     *         "action": "created"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["EntityUpserted"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["InProgress"];
            410: components["responses"]["Erased"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getEntity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entity. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "ent_a1b2c3d4e5f67890",
                     *         "external_id": "player_12345",
                     *         "entity_type": "player",
                     *         "data": {
                     *           "email": "james@example.com",
                     *           "country": "GB",
                     *           "currency": "GBP",
                     *           "vip_level": "bronze"
                     *         },
                     *         "created_at": "2026-04-06T10:30:00.000Z",
                     *         "updated_at": "2026-04-06T10:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["EntityFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    eraseEntity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Erased. `erasureId` names the receipt. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Entity deleted and data anonymized",
                     *       "data": {
                     *         "erasureId": "ers_0f1e2d3c4b5a6978",
                     *         "status": "completed"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["EntityErased"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportEntity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lines, each ended by a line feed. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["ExportLine"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /**
                 * @description Only events of this type.
                 * @example transaction
                 */
                eventType?: string;
                /**
                 * @description Occurred at or after this moment.
                 * @example 2026-04-01T00:00:00.000Z
                 */
                from?: string;
                /**
                 * @description Occurred before this moment.
                 * @example 2026-05-01T00:00:00.000Z
                 */
                to?: string;
                /**
                 * @description List the archived events instead of the others.
                 * @example true
                 */
                archived?: boolean;
                /**
                 * @description How many rows a page holds at most. A page may hold fewer, or none, and still not be the last one.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `nextCursor` of the page before. Opaque; bound to its path and filters.
                 * @example AXsBk3YyJjv0LQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "eev_79b1c0f1e2d3c4b5",
                     *           "event_type": "transaction",
                     *           "data": {
                     *             "type": "deposit",
                     *             "amount": 50,
                     *             "currency": "GBP"
                     *           },
                     *           "occurred_at": "2026-04-06T10:30:00.000Z",
                     *           "created_at": "2026-04-06T10:30:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    recordEvent: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
                 *     Another request under the same key is 422. Stored hashed, never as sent.
                 * @example create-player-12345
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "eventType": "transaction",
                 *       "data": {
                 *         "type": "deposit",
                 *         "amount": 50,
                 *         "currency": "GBP"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EventRecord"];
            };
        };
        responses: {
            /** @description Recorded before, under the same Idempotency-Key. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "eev_79b1c0f1e2d3c4b5",
                     *         "action": "duplicate"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["EventRecorded"];
                };
            };
            /** @description Recorded. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "eev_79b1c0f1e2d3c4b5"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["EventRecorded"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InProgress"];
            410: components["responses"]["Erased"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
                /**
                 * @description The event's id.
                 * @example eev_79b1c0f1e2d3c4b5
                 */
                eventId: components["schemas"]["AnyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "eev_79b1c0f1e2d3c4b5",
                     *         "event_type": "transaction",
                     *         "data": {
                     *           "type": "deposit",
                     *           "amount": 50,
                     *           "currency": "GBP"
                     *         },
                     *         "occurred_at": "2026-04-06T10:30:00.000Z",
                     *         "created_at": "2026-04-06T10:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["EventFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listStates: {
        parameters: {
            query?: {
                /**
                 * @description The `nextCursor` of the page before. Opaque; bound to its path and filters.
                 * @example AXsBk3YyJjv0LQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, or as many as fit. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "state_key": "balance",
                     *           "value": 150.5,
                     *           "updated_at": "2026-04-06T10:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["StateList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
                /**
                 * @description A state key of your template.
                 * @example balance
                 */
                key: components["schemas"]["AnyStateKey"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "state_key": "balance",
                     *         "value": 150.5,
                     *         "updated_at": "2026-04-06T10:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["StateFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    setState: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
                 *     Another request under the same key is 422. Stored hashed, never as sent.
                 * @example create-player-12345
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description Your identifier, percent-encoded.
                 * @example player_12345
                 */
                externalId: components["parameters"]["ExternalId"];
                /**
                 * @description A state key of your template.
                 * @example balance
                 */
                key: components["schemas"]["AnyStateKey"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "value": 150.5
                 *     }
                 */
                "application/json": components["schemas"]["StateWrite"];
            };
        };
        responses: {
            /** @description Set. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "stateKey": "balance",
                     *         "value": 150.5
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["StateSet"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InProgress"];
            410: components["responses"]["Erased"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    batchEntities: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
                 *     Another request under the same key is 422. Stored hashed, never as sent.
                 * @example create-player-12345
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "entityType": "game",
                 *         "externalId": "game_1",
                 *         "data": {
                 *           "name": "Starburst"
                 *         }
                 *       }
                 *     ]
                 */
                "application/json": components["schemas"]["EntityBatch"];
            };
        };
        responses: {
            200: components["responses"]["BatchDone"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["InProgress"];
            410: components["responses"]["Erased"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    batchEvents: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
                 *     Another request under the same key is 422. Stored hashed, never as sent.
                 * @example create-player-12345
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "externalId": "player_12345",
                 *         "eventType": "session",
                 *         "data": {}
                 *       }
                 *     ]
                 */
                "application/json": components["schemas"]["EventBatch"];
            };
        };
        responses: {
            200: components["responses"]["BatchDone"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["InProgress"];
            410: components["responses"]["Erased"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    batchStates: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
                 *     Another request under the same key is 422. Stored hashed, never as sent.
                 * @example create-player-12345
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "externalId": "player_12345",
                 *         "stateKey": "balance",
                 *         "value": 150.5
                 *       }
                 *     ]
                 */
                "application/json": components["schemas"]["StateBatch"];
            };
        };
        responses: {
            200: components["responses"]["BatchDone"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["InProgress"];
            410: components["responses"]["Erased"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listBatchJobs: {
        parameters: {
            query?: {
                /**
                 * @description How many rows a page holds at most. A page may hold fewer, or none, and still not be the last one.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `nextCursor` of the page before. Opaque; bound to its path and filters.
                 * @example AXsBk3YyJjv0LQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["BatchJobPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getBatchJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `jobId` from the batch's response.
                 * @example job_0f1e2d3c4b5a6978
                 */
                jobId: components["schemas"]["AnyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "jobId": "job_0f1e2d3c4b5a6978",
                     *         "type": "entities",
                     *         "status": "completed",
                     *         "total": 1,
                     *         "succeeded": 1,
                     *         "failed": 0,
                     *         "errors": [],
                     *         "createdAt": "2026-04-06T10:30:00.000Z",
                     *         "completedAt": "2026-04-06T10:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["BatchJobFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteBatchJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `jobId` from the batch's response.
                 * @example job_0f1e2d3c4b5a6978
                 */
                jobId: components["schemas"]["AnyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Batch job deleted"
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listOperatorAudit: {
        parameters: {
            query?: {
                /**
                 * @description Only this action, for example `key.revoke`.
                 * @example settings.update
                 */
                action?: components["parameters"]["Action"];
                /**
                 * @description Only what was done to this thing.
                 * @example ent_a1b2c3d4e5f67890
                 */
                targetId?: components["parameters"]["TargetId"];
                /**
                 * @description At or after this moment.
                 * @example 2026-04-01T00:00:00.000Z
                 */
                from?: components["parameters"]["From"];
                /**
                 * @description Before this moment.
                 * @example 2026-05-01T00:00:00.000Z
                 */
                to?: components["parameters"]["To"];
                /**
                 * @description How many rows a page holds at most. A page may hold fewer, or none, and still not be the last one.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `nextCursor` of the page before. Opaque; bound to its path and filters.
                 * @example AXsBk3YyJjv0LQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "a1b2c3d4-e5f6-4890-abcd-ef1234567890",
                     *           "at": "2026-04-06T10:30:00.000Z",
                     *           "actor": {
                     *             "type": "operatorKey",
                     *             "id": "b2c3d4e5-f6a7-4901-bcde-f12345678901"
                     *           },
                     *           "action": "settings.update",
                     *           "target": {
                     *             "type": "settings",
                     *             "id": "op_a1b2c3d4e5f67890"
                     *           },
                     *           "requestId": "req-7f3a"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listPlatformAudit: {
        parameters: {
            query?: {
                /**
                 * @description Only this action, for example `key.revoke`.
                 * @example settings.update
                 */
                action?: components["parameters"]["Action"];
                /**
                 * @description Only what was done to this thing.
                 * @example ent_a1b2c3d4e5f67890
                 */
                targetId?: components["parameters"]["TargetId"];
                /**
                 * @description At or after this moment.
                 * @example 2026-04-01T00:00:00.000Z
                 */
                from?: components["parameters"]["From"];
                /**
                 * @description Before this moment.
                 * @example 2026-05-01T00:00:00.000Z
                 */
                to?: components["parameters"]["To"];
                /**
                 * @description How many rows a page holds at most. A page may hold fewer, or none, and still not be the last one.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `nextCursor` of the page before. Opaque; bound to its path and filters.
                 * @example AXsBk3YyJjv0LQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "a1b2c3d4-e5f6-4890-abcd-ef1234567890",
                     *           "at": "2026-04-06T10:30:00.000Z",
                     *           "actor": {
                     *             "type": "operatorKey",
                     *             "id": "b2c3d4e5-f6a7-4901-bcde-f12345678901"
                     *           },
                     *           "action": "settings.update",
                     *           "target": {
                     *             "type": "settings",
                     *             "id": "op_a1b2c3d4e5f67890"
                     *           },
                     *           "requestId": "req-7f3a"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getErasure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `erasureId`.
                 * @example ers_0f1e2d3c4b5a6978
                 */
                id: components["schemas"]["AnyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The receipt. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "ers_0f1e2d3c4b5a6978",
                     *         "entityId": "ent_a1b2c3d4e5f67890",
                     *         "status": "completed",
                     *         "eventsRedacted": 0,
                     *         "statesRemoved": 0,
                     *         "repliesPurged": 1,
                     *         "requestedAt": "2026-04-06T10:31:00.000Z",
                     *         "completedAt": "2026-04-06T10:31:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ErasureFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, unpaged. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "tpl_igaming",
                     *           "name": "iGaming",
                     *           "version": "1.0",
                     *           "schema": {
                     *             "entity_types": {
                     *               "player": {
                     *                 "required": [
                     *                   "email",
                     *                   "country",
                     *                   "currency"
                     *                 ],
                     *                 "optional": [
                     *                   "first_name"
                     *                 ]
                     *               }
                     *             },
                     *             "event_types": {
                     *               "session": {
                     *                 "required": [],
                     *                 "optional": []
                     *               }
                     *             },
                     *             "state_keys": [
                     *               "balance"
                     *             ],
                     *             "pii_fields": {
                     *               "player": [
                     *                 "first_name",
                     *                 "email"
                     *               ]
                     *             }
                     *           },
                     *           "created_at": "2026-04-06T10:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TemplateList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createTemplate: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
                 *     Another request under the same key is 422. Stored hashed, never as sent.
                 * @example create-player-12345
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Casino",
                 *       "schema": {
                 *         "entity_types": {
                 *           "player": {
                 *             "required": [
                 *               "email"
                 *             ],
                 *             "optional": [
                 *               "nickname"
                 *             ]
                 *           }
                 *         },
                 *         "event_types": {
                 *           "session": {
                 *             "required": [],
                 *             "optional": [
                 *               "ip_address"
                 *             ]
                 *           }
                 *         },
                 *         "state_keys": [
                 *           "balance"
                 *         ],
                 *         "pii_fields": {
                 *           "player": [
                 *             "email"
                 *           ],
                 *           "session": [
                 *             "ip_address"
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TemplateWrite"];
            };
        };
        responses: {
            /** @description Created, as version 1. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "tpl_a1b2c3d4e5f67890",
                     *         "name": "Casino",
                     *         "version": "1",
                     *         "schema": {
                     *           "entity_types": {
                     *             "player": {
                     *               "required": [
                     *                 "email"
                     *               ],
                     *               "optional": [
                     *                 "nickname"
                     *               ]
                     *             }
                     *           },
                     *           "event_types": {
                     *             "session": {
                     *               "required": [],
                     *               "optional": [
                     *                 "ip_address"
                     *               ]
                     *             }
                     *           },
                     *           "state_keys": [
                     *             "balance"
                     *           ],
                     *           "pii_fields": {
                     *             "player": [
                     *               "email"
                     *             ],
                     *             "session": [
                     *               "ip_address"
                     *             ]
                     *           }
                     *         },
                     *         "created_at": "2026-04-06T10:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["TemplateFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["InProgress"];
            410: components["responses"]["Erased"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The template's id.
                 * @example tpl_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["TemplateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The template. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "tpl_a1b2c3d4e5f67890",
                     *         "name": "Casino",
                     *         "version": "1",
                     *         "schema": {
                     *           "entity_types": {
                     *             "player": {
                     *               "required": [
                     *                 "email"
                     *               ],
                     *               "optional": [
                     *                 "nickname"
                     *               ]
                     *             }
                     *           },
                     *           "event_types": {
                     *             "session": {
                     *               "required": [],
                     *               "optional": [
                     *                 "ip_address"
                     *               ]
                     *             }
                     *           },
                     *           "state_keys": [
                     *             "balance"
                     *           ],
                     *           "pii_fields": {
                     *             "player": [
                     *               "email"
                     *             ],
                     *             "session": [
                     *               "ip_address"
                     *             ]
                     *           }
                     *         },
                     *         "created_at": "2026-04-06T10:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["TemplateFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateTemplate: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
                 *     Another request under the same key is 422. Stored hashed, never as sent.
                 * @example create-player-12345
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The template's id.
                 * @example tpl_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["TemplateId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Casino",
                 *       "schema": {
                 *         "entity_types": {
                 *           "player": {
                 *             "required": [
                 *               "email"
                 *             ],
                 *             "optional": [
                 *               "nickname"
                 *             ]
                 *           }
                 *         },
                 *         "event_types": {
                 *           "session": {
                 *             "required": [],
                 *             "optional": [
                 *               "ip_address"
                 *             ]
                 *           }
                 *         },
                 *         "state_keys": [
                 *           "balance"
                 *         ],
                 *         "pii_fields": {
                 *           "player": [
                 *             "email"
                 *           ],
                 *           "session": [
                 *             "ip_address"
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TemplateWrite"];
            };
        };
        responses: {
            /** @description The template as it is now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "tpl_a1b2c3d4e5f67890",
                     *         "name": "Casino",
                     *         "version": "1",
                     *         "schema": {
                     *           "entity_types": {
                     *             "player": {
                     *               "required": [
                     *                 "email"
                     *               ],
                     *               "optional": [
                     *                 "nickname"
                     *               ]
                     *             }
                     *           },
                     *           "event_types": {
                     *             "session": {
                     *               "required": [],
                     *               "optional": [
                     *                 "ip_address"
                     *               ]
                     *             }
                     *           },
                     *           "state_keys": [
                     *             "balance"
                     *           ],
                     *           "pii_fields": {
                     *             "player": [
                     *               "email"
                     *             ],
                     *             "session": [
                     *               "ip_address"
                     *             ]
                     *           }
                     *         },
                     *         "created_at": "2026-04-06T10:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["TemplateFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InProgress"];
            410: components["responses"]["Erased"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The template's id.
                 * @example tpl_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["TemplateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Template deleted"
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["TemplateInUse"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings; a part that was never set is null. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "template": null,
                     *         "dataRetentionDays": null,
                     *         "retentionPolicy": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SettingsFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateSettings: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
                 *     Another request under the same key is 422. Stored hashed, never as sent.
                 * @example create-player-12345
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "templateId": "tpl_igaming",
                 *       "dataRetentionDays": 365
                 *     }
                 */
                "application/json": components["schemas"]["SettingsUpdate"];
            };
        };
        responses: {
            /** @description The settings as they are now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "template": {
                     *           "id": "tpl_igaming",
                     *           "name": "iGaming",
                     *           "version": "1.0"
                     *         },
                     *         "dataRetentionDays": 365,
                     *         "retentionPolicy": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SettingsFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InProgress"];
            410: components["responses"]["Erased"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listRetentionRuns: {
        parameters: {
            query?: {
                /**
                 * @description How many rows a page holds at most. A page may hold fewer, or none, and still not be the last one.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `nextCursor` of the page before. Opaque; bound to its path and filters.
                 * @example AXsBk3YyJjv0LQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "a1b2c3d4-e5f6-4890-abcd-ef1234567890",
                     *           "startedAt": "2026-04-06T01:10:00.000Z",
                     *           "completedAt": "2026-04-06T01:10:02.000Z",
                     *           "eventsArchived": 1280,
                     *           "eventsRemoved": 950,
                     *           "statesRemoved": 0
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["RetentionRunPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listApiKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your own keys. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "a1b2c3d4-e5f6-4890-abcd-ef1234567890",
                     *           "operatorId": "op_a1b2c3d4e5f67890",
                     *           "keyHash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                     *           "label": "Production backend",
                     *           "createdAt": "2026-04-06T12:00:00.000Z",
                     *           "lastUsedAt": "2026-04-06T14:30:00.000Z",
                     *           "revoked": false,
                     *           "expiresAt": null,
                     *           "access": "write",
                     *           "createdBy": "operator"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            400: components["responses"]["SentenceBadRequest"];
            401: components["responses"]["SentenceUnauthorized"];
            403: components["responses"]["SentenceForbidden"];
            429: components["responses"]["SentenceRateLimited"];
            431: components["responses"]["SentenceHeadersTooLarge"];
            500: components["responses"]["SentenceInternalError"];
            503: components["responses"]["SentenceUnavailable"];
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "operatorId": "op_a1b2c3d4e5f67890",
                 *       "label": "Production backend"
                 *     }
                 */
                "application/json": components["schemas"]["ApiKeyCreate"];
            };
        };
        responses: {
            /** @description The key, shown once. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "a1b2c3d4-e5f6-4890-abcd-ef1234567890",
                     *         "key": "oh_live_0000000000000000000000000000000000000000000000000000000000000000",
                     *         "label": "Production backend",
                     *         "createdAt": "2026-04-06T12:00:00.000Z",
                     *         "expiresAt": null,
                     *         "access": "write"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyCreated"];
                };
            };
            400: components["responses"]["SentenceBadRequest"];
            401: components["responses"]["SentenceUnauthorized"];
            403: components["responses"]["SentenceForbidden"];
            413: components["responses"]["SentenceTooLarge"];
            415: components["responses"]["SentenceUnsupportedMediaType"];
            429: components["responses"]["SentenceRateLimited"];
            431: components["responses"]["SentenceHeadersTooLarge"];
            500: components["responses"]["SentenceInternalError"];
            503: components["responses"]["SentenceUnavailable"];
        };
    };
    deleteApiKey: {
        parameters: {
            query: {
                /**
                 * @description The key's id.
                 * @example a1b2c3d4-e5f6-4890-abcd-ef1234567890
                 */
                id: components["schemas"]["AnyId"];
                /**
                 * @description Delete a revoked key for good.
                 * @example true
                 */
                hard?: components["parameters"]["Hard"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked or deleted. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["SentenceBadRequest"];
            401: components["responses"]["SentenceUnauthorized"];
            403: components["responses"]["SentenceForbidden"];
            404: components["responses"]["SentenceNotFound"];
            429: components["responses"]["SentenceRateLimited"];
            431: components["responses"]["SentenceHeadersTooLarge"];
            500: components["responses"]["SentenceInternalError"];
            503: components["responses"]["SentenceUnavailable"];
        };
    };
    renameApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "a1b2c3d4-e5f6-4890-abcd-ef1234567890",
                 *       "label": "Production v2"
                 *     }
                 */
                "application/json": components["schemas"]["ApiKeyRename"];
            };
        };
        responses: {
            /** @description Renamed. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Key renamed"
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["SentenceBadRequest"];
            401: components["responses"]["SentenceUnauthorized"];
            403: components["responses"]["SentenceForbidden"];
            404: components["responses"]["SentenceNotFound"];
            413: components["responses"]["SentenceTooLarge"];
            415: components["responses"]["SentenceUnsupportedMediaType"];
            429: components["responses"]["SentenceRateLimited"];
            431: components["responses"]["SentenceHeadersTooLarge"];
            500: components["responses"]["SentenceInternalError"];
            503: components["responses"]["SentenceUnavailable"];
        };
    };
    listOperators: {
        parameters: {
            query?: {
                /**
                 * @description Only operators in this status.
                 * @example active
                 */
                status?: components["schemas"]["OperatorStatus"];
                /**
                 * @description Only operators on exactly this plan.
                 * @example professional
                 */
                plan?: string;
                /**
                 * @description Name or contact e-mail contains this, in any case.
                 * @example lucky
                 */
                q?: string;
                /**
                 * @description How many rows a page holds at most. A page may hold fewer, or none, and still not be the last one.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `nextCursor` of the page before. Opaque; bound to its path and filters.
                 * @example AXsBk3YyJjv0LQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["OperatorPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createOperator: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
                 *     Another request under the same key is 422. Stored hashed, never as sent.
                 * @example create-player-12345
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Lucky Spin Casino",
                 *       "plan": "professional",
                 *       "contactEmail": "admin@luckyspin.example",
                 *       "industry": "igaming"
                 *     }
                 */
                "application/json": components["schemas"]["OperatorCreate"];
            };
        };
        responses: {
            /** @description The operator. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "op_a1b2c3d4e5f67890",
                     *         "name": "Lucky Spin Casino",
                     *         "plan": "professional",
                     *         "status": "active",
                     *         "contactEmail": "admin@luckyspin.example",
                     *         "industry": "igaming",
                     *         "configuration": {},
                     *         "createdAt": "2026-04-06T10:30:00.000Z",
                     *         "updatedAt": "2026-04-06T10:30:00.000Z",
                     *         "suspendedAt": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["OperatorFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["InProgress"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOperator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operator's id.
                 * @example op_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["OperatorId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operator. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "op_a1b2c3d4e5f67890",
                     *         "name": "Lucky Spin Casino",
                     *         "plan": "professional",
                     *         "status": "active",
                     *         "contactEmail": "admin@luckyspin.example",
                     *         "industry": "igaming",
                     *         "configuration": {},
                     *         "createdAt": "2026-04-06T10:30:00.000Z",
                     *         "updatedAt": "2026-04-06T10:30:00.000Z",
                     *         "suspendedAt": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["OperatorFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateOperator: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe for 24 hours: the first reply comes back byte for byte, with `Idempotency-Replayed: true`.
                 *     Another request under the same key is 422. Stored hashed, never as sent.
                 * @example create-player-12345
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The operator's id.
                 * @example op_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["OperatorId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "plan": "enterprise",
                 *       "status": "active"
                 *     }
                 */
                "application/json": components["schemas"]["OperatorUpdate"];
            };
        };
        responses: {
            /** @description The operator as it is now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "op_a1b2c3d4e5f67890",
                     *         "name": "Lucky Spin Casino",
                     *         "plan": "professional",
                     *         "status": "active",
                     *         "contactEmail": "admin@luckyspin.example",
                     *         "industry": "igaming",
                     *         "configuration": {},
                     *         "createdAt": "2026-04-06T10:30:00.000Z",
                     *         "updatedAt": "2026-04-06T10:30:00.000Z",
                     *         "suspendedAt": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["OperatorFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["InProgress"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    suspendOperator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operator's id.
                 * @example op_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["OperatorId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operator, suspended. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "op_a1b2c3d4e5f67890",
                     *         "name": "Lucky Spin Casino",
                     *         "plan": "professional",
                     *         "status": "suspended",
                     *         "contactEmail": "admin@luckyspin.example",
                     *         "industry": "igaming",
                     *         "configuration": {},
                     *         "createdAt": "2026-04-06T10:30:00.000Z",
                     *         "updatedAt": "2026-04-07T09:00:00.000Z",
                     *         "suspendedAt": "2026-04-07T09:00:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["OperatorFound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listOperatorApiKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operator's id.
                 * @example op_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["OperatorId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operator's keys. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "a1b2c3d4-e5f6-4890-abcd-ef1234567890",
                     *           "operatorId": "op_a1b2c3d4e5f67890",
                     *           "keyHash": "e3b0c442…b855",
                     *           "label": "Platform-provisioned key",
                     *           "createdAt": "2026-04-06T12:00:00.000Z",
                     *           "lastUsedAt": null,
                     *           "revoked": false,
                     *           "expiresAt": null,
                     *           "access": "write",
                     *           "createdBy": "platform"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createOperatorApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operator's id.
                 * @example op_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["OperatorId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "label": "Platform-provisioned key"
                 *     }
                 */
                "application/json": components["schemas"]["OperatorApiKeyCreate"];
            };
        };
        responses: {
            /** @description The key, shown once. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "a1b2c3d4-e5f6-4890-abcd-ef1234567890",
                     *         "key": "oh_live_0000000000000000000000000000000000000000000000000000000000000000",
                     *         "label": "Platform-provisioned key",
                     *         "createdAt": "2026-04-06T12:00:00.000Z",
                     *         "expiresAt": null,
                     *         "access": "write"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyCreated"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeOperatorApiKey: {
        parameters: {
            query?: {
                /**
                 * @description Delete a revoked key for good.
                 * @example true
                 */
                hard?: components["parameters"]["Hard"];
            };
            header?: never;
            path: {
                /**
                 * @description The operator's id.
                 * @example op_a1b2c3d4e5f67890
                 */
                id: components["parameters"]["OperatorId"];
                /**
                 * @description The key's id.
                 * @example a1b2c3d4-e5f6-4890-abcd-ef1234567890
                 */
                keyId: components["schemas"]["AnyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked or deleted. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
}
