// Generated from the OpenAPI document of the server by `npm run types`.

export interface paths {
    "/api/admin/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Agents
         * @description The agents of the caller's branches. `lastSeenAt` is the newest heartbeat; a heartbeat is
         *     no change: it is in no delta. The tag of a page moves with it.
         */
        get: operations["list_agents_api_admin_agents_get"];
        put?: never;
        /**
         * Create Agent
         * @description A new agent, with the only sight of its token and its enrolment code.
         */
        post: operations["create_agent_api_admin_agents_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/agents/{agent_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Agent
         * @description One agent, with its newest heartbeat.
         */
        get: operations["get_agent_api_admin_agents__agent_id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Agent
         * @description Delete it for good; its locations go, and documents that were only there are gone.
         */
        delete: operations["delete_agent_api_admin_agents__agent_id__delete"];
        options?: never;
        head?: never;
        /**
         * Rename Agent
         * @description Change its name.
         */
        patch: operations["rename_agent_api_admin_agents__agent_id__patch"];
        trace?: never;
    };
    "/api/admin/agents/{agent_id}/block": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Block Agent
         * @description Refuse it from now on, or let it in again.
         */
        post: operations["block_agent_api_admin_agents__agent_id__block_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/agents/{agent_id}/disconnect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disconnect Agent
         * @description Close its socket; it will connect again by itself.
         */
        post: operations["disconnect_agent_api_admin_agents__agent_id__disconnect_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/agents/{agent_id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Agent Logs
         * @description The end of its log, asked of the agent itself. 409 `agent_offline`.
         */
        get: operations["agent_logs_api_admin_agents__agent_id__logs_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/agents/{agent_id}/really-gone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm Emptied Place
         * @description The files that are missing from an emptied place are really gone: take them out of the
         *     list, now or when the agent is back. 409 `place_changed` where others are missing by now.
         */
        post: operations["confirm_emptied_place_api_admin_agents__agent_id__really_gone_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/agents/{agent_id}/resync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resync Agent
         * @description Let it compare its folder with the server. 409 `agent_offline`.
         */
        post: operations["resync_agent_api_admin_agents__agent_id__resync_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/agents/{agent_id}/rotate-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate Token
         * @description A new token and code; the old token stops working at once.
         */
        post: operations["rotate_token_api_admin_agents__agent_id__rotate_token_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Settings
         * @description What holds for the company, and what it may choose.
         */
        get: operations["get_settings_api_admin_settings_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Patch Settings
         * @description Change them; null is the server's own value again. 422 `out_of_bounds`.
         */
        patch: operations["patch_settings_api_admin_settings_patch"];
        trace?: never;
    };
    "/api/agent/auth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Auth
         * @description With a one-time code: enrol. Without: who am I, by the token.
         */
        post: operations["auth_api_agent_auth_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agent/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Heartbeat
         * @description The heartbeat of an agent that has no socket.
         */
        post: operations["heartbeat_api_agent_heartbeat_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agent/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Status
         * @description What the server knows of the caller, and the transfers it waits for.
         */
        get: operations["status_api_agent_status_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agent/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload
         * @description The file of a transfer, streamed. Sent again after a success, it answers the same.
         */
        post: operations["upload_api_agent_upload_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Agents
         * @description The agents of the caller's branches. `lastSeenAt` is the newest heartbeat; a heartbeat is
         *     no change: it is in no delta. The tag of a page moves with it.
         */
        get: operations["list_agents_api_agents_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audit
         * @description The audit log, newest first; `after` is the last id of the page before.
         */
        get: operations["list_audit_api_audit_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Login
         * @description Sign in. 401 `bad_credentials` says no more than that; where the password is right and the
         *     user has a second factor, 401 `second_factor_required` without a code and `bad_code` with a
         *     wrong one. 429 past the limits.
         */
        post: operations["login_api_auth_login_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Logout
         * @description End the session; its tokens stop working at once.
         */
        post: operations["logout_api_auth_logout_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh
         * @description Spend a refresh token (of the body, or else of the cookie) for new tokens. 204 where there
         *     is none of either: nobody is signed in here, which is no error.
         */
        post: operations["refresh_api_auth_refresh_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/branches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Branches
         * @description The branches of the company; everyone knows them all.
         */
        get: operations["list_branches_api_branches_get"];
        put?: never;
        /**
         * Create Branch
         * @description Open a branch.
         */
        post: operations["create_branch_api_branches_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/branches/{branch_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Branch
         * @description Close a branch that nothing belongs to any more.
         */
        delete: operations["delete_branch_api_branches__branch_id__delete"];
        options?: never;
        head?: never;
        /**
         * Change Branch
         * @description Change a branch.
         */
        patch: operations["change_branch_api_branches__branch_id__patch"];
        trace?: never;
    };
    "/api/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes
         * @description What happened after the cursor, oldest first; without one, where the feed stands.
         *
         *     Where nothing did, it waits up to `wait` seconds for the feed to move.
         */
        get: operations["changes_api_changes_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Me
         * @description The caller, as the database knows him now.
         */
        get: operations["me_api_me_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change Me
         * @description Change one's own name or password; a new password ends the other sessions.
         */
        patch: operations["change_me_api_me_patch"];
        trace?: never;
    };
    "/api/me/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Preferences
         * @description What the dashboard wrote last; `{}` before that.
         */
        get: operations["read_preferences_api_me_preferences_get"];
        /**
         * Write Preferences
         * @description Replace them: any JSON object up to 64 KB. 413 `too_large`.
         */
        put: operations["write_preferences_api_me_preferences_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enrol Second Factor
         * @description Begin with a second factor; it counts once `confirm` has seen a code. 409
         *     `second_factor_on`.
         */
        post: operations["enrol_second_factor_api_me_second_factor_post"];
        /**
         * Give Second Factor Up
         * @description Switch it off. 422 `wrong_password`, `bad_code`.
         */
        delete: operations["give_second_factor_up_api_me_second_factor_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/second-factor/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm Second Factor
         * @description Switch it on with its first code; the other sessions end. 422 `bad_code`.
         */
        post: operations["confirm_second_factor_api_me_second_factor_confirm_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/second-factor/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew Recovery Codes
         * @description New recovery codes; the old ones are void. 422 `bad_code`.
         */
        post: operations["renew_recovery_codes_api_me_second_factor_recovery_codes_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/metrics/realtime": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics For People
         * @description The figures an overview shows, for the caller's eyes.
         */
        get: operations["metrics_for_people_api_metrics_realtime_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Overview
         * @description What happened by day in the caller's branches.
         */
        get: operations["get_overview_api_overview_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Pdfs
         * @description The documents of the caller's branches, or those that match.
         */
        get: operations["list_pdfs_api_pdfs_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Archive Pdfs
         * @description Those that are here as one ZIP; it names the others in `missing.txt`. Streamed, so its
         *     size is not known before. It changes nothing and needs no `Idempotency-Key`: sent again, it is
         *     another download, with what is here then.
         */
        post: operations["archive_pdfs_api_pdfs_archive_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pin Pdfs
         * @description Keep them when they would expire, or no longer.
         */
        post: operations["pin_pdfs_api_pdfs_pin_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request Pdfs
         * @description Ask for each of the documents.
         */
        post: operations["request_pdfs_api_pdfs_request_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/reread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reread Pdfs
         * @description Let the agents that have them read the files again, now or when they are back.
         */
        post: operations["reread_pdfs_api_pdfs_reread_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/{pdf_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Pdf
         * @description One document, with the evidence of its fields, its locations and transfers.
         */
        get: operations["get_pdf_api_pdfs__pdf_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/{pdf_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download
         * @description The bytes. 409 `not_cached`.
         */
        get: operations["download_api_pdfs__pdf_id__download_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/{pdf_id}/fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Correct Fields
         * @description Put fields right, or take that back.
         */
        patch: operations["correct_fields_api_pdfs__pdf_id__fields_patch"];
        trace?: never;
    };
    "/api/pdfs/{pdf_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get History
         * @description What people did with it, and its earlier versions, newest first.
         */
        get: operations["get_history_api_pdfs__pdf_id__history_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/{pdf_id}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Pin
         * @description Keep it when it would expire.
         */
        put: operations["pin_api_pdfs__pdf_id__pin_put"];
        post?: never;
        /**
         * Unpin
         * @description Let it expire again; where it is due it goes with the next run of the job.
         */
        delete: operations["unpin_api_pdfs__pdf_id__pin_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/{pdf_id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview
         * @description A page as PNG. 409 `not_cached`, 422 `no_preview`, `no_such_page`.
         */
        get: operations["preview_api_pdfs__pdf_id__preview_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/{pdf_id}/request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request Pdf
         * @description Ask for the document: 200 where it is here, 202 where it is on its way.
         */
        post: operations["request_pdf_api_pdfs__pdf_id__request_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/{pdf_id}/reread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reread
         * @description Let the agents that have it read the file again, now or when they are back.
         */
        post: operations["reread_api_pdfs__pdf_id__reread_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pdfs/{pdf_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Status
         * @description Where it can be had from, and how its newest transfer does.
         */
        get: operations["get_status_api_pdfs__pdf_id__status_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Sessions
         * @description One's own sessions; an administrator's `userId` names another user.
         */
        get: operations["list_sessions_api_sessions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke Session
         * @description End a session of one's own, or as an administrator that of a user; its tokens stop
         *     working at once.
         */
        delete: operations["revoke_session_api_sessions__session_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Transfers
         * @description The transfers of the caller's branches.
         */
        get: operations["list_transfers_api_transfers_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transfers/{transfer_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Transfer
         * @description Give it up. 409 `transfer_closed` where it has ended otherwise.
         */
        post: operations["cancel_transfer_api_transfers__transfer_id__cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transfers/{transfer_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Transfer
         * @description Ask for its document anew. 409 `transfer_open` where it has not ended.
         */
        post: operations["retry_transfer_api_transfers__transfer_id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Users
         * @description The users whom the caller can see: those of his branches, and those of all.
         */
        get: operations["list_users_api_users_get"];
        put?: never;
        /**
         * Create User
         * @description Make a user.
         */
        post: operations["create_user_api_users_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change User
         * @description Change a user. A change of rights or password ends the user's sessions.
         */
        patch: operations["change_user_api_users__user_id__patch"];
        trace?: never;
    };
    "/api/users/{user_id}/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take Second Factor Away
         * @description For who has lost his phone and his recovery codes. Ends the user's sessions.
         */
        delete: operations["take_second_factor_away_api_users__user_id__second_factor_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health
         * @description The process is alive, and stays.
         */
        get: operations["health_health_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/detailed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Detailed
         * @description The state of the caller's company in this process.
         */
        get: operations["detailed_health_detailed_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ready
         * @description This process can do its work: 503 where its database does not answer.
         *
         *     A failover happens to all processes at once. As long as requests wait for its end, each
         *     stays in its place: without any, the load balancer would have to refuse them.
         */
        get: operations["ready_health_ready_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/realtime": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Realtime
         * @description The sockets of this process.
         */
        get: operations["realtime_health_realtime_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "agent:heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Agent:Heartbeat
         * @description An agent lives, and what it says of itself.
         */
        post: operations["agent_heartbeatagent_heartbeat_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "agent:status_changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Agent:Status Changed
         * @description An agent came or went.
         */
        post: operations["agent_status_changedagent_status_changed_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    data_update: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Data Update
         * @description Changes of one room: a collection as seen from one branch, null for the whole company.
         */
        post: operations["data_updatedata_update_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "pdf:expired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pdf:Expired
         * @description Which document it is about.
         */
        post: operations["pdf_expiredpdf_expired_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "pdf:ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pdf:Ready
         * @description Which document it is about.
         */
        post: operations["pdf_readypdf_ready_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "pdf:upload_progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pdf:Upload Progress
         * @description How far a document has come.
         */
        post: operations["pdf_upload_progresspdf_upload_progress_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "server:moving": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Server:Moving
         * @description This process is about to stop: leave, and connect again after so long.
         */
        post: operations["server_movingserver_moving_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /**
         * AgentBeat
         * @description An agent lives, and what it says of itself.
         */
        AgentBeat: {
            /**
             * Agentid
             * Format: uuid
             */
            agentId: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            counters: components["schemas"]["Counters"];
            /** Memorybytes */
            memoryBytes: number;
            /** Uptimes */
            uptimeS: number;
        };
        /**
         * AgentConfig
         * @description `agent:config_update`, and part of the answer of `POST /api/agent/auth`.
         */
        AgentConfig: {
            /**
             * Heartbeats
             * @default 30
             */
            heartbeatS: number;
            /**
             * Holdfiles
             * @default 50
             */
            holdFiles: number;
            /**
             * Maxuploadbytes
             * @default 52428800
             */
            maxUploadBytes: number;
            /**
             * Maxuploads
             * @default 3
             */
            maxUploads: number;
            /** Possessionkey */
            possessionKey?: string | null;
            /**
             * Rescans
             * @default 900
             */
            rescanS: number;
        };
        /**
         * AgentCreate
         * @description A new agent of a branch.
         */
        AgentCreate: {
            /**
             * Branchid
             * Format: uuid
             */
            branchId: string;
            /** Name */
            name: string;
        };
        /**
         * AgentDetail
         * @description With its newest heartbeat, as it was sent; null before the first one.
         */
        AgentDetail: {
            /** Agentversion */
            agentVersion: string | null;
            /** Beat */
            beat: {
                [key: string]: unknown;
            } | null;
            /** Beatat */
            beatAt: string | null;
            /** Blocked */
            blocked: boolean;
            /**
             * Branchid
             * Format: uuid
             */
            branchId: string;
            /** Clockskews */
            clockSkewS: number | null;
            /** Connected */
            connected: boolean;
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Emptied */
            emptied: components["schemas"]["EmptiedRow"][];
            /** Files */
            files: number;
            /** Folder */
            folder: string | null;
            /** Folderstate */
            folderState: string | null;
            /** Hostname */
            hostname: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Lasterror */
            lastError: string | null;
            /** Lastseenat */
            lastSeenAt: string | null;
            /** Localaddress */
            localAddress: string | null;
            /** Name */
            name: string;
            /** Platform */
            platform: string | null;
            /** Status */
            status: string;
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
            /** Version */
            version: number;
            /** Watchmode */
            watchMode: string | null;
        };
        /**
         * AgentPatch
         * @description What may be changed.
         */
        AgentPatch: {
            /** Name */
            name: string;
        };
        /**
         * AgentRow
         * @description A row of the collection `agents`; see docs/contract.md.
         */
        AgentRow: {
            /** Agentversion */
            agentVersion: string | null;
            /** Blocked */
            blocked: boolean;
            /**
             * Branchid
             * Format: uuid
             */
            branchId: string;
            /** Clockskews */
            clockSkewS: number | null;
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Emptied */
            emptied: components["schemas"]["EmptiedRow"][];
            /** Files */
            files: number;
            /** Folder */
            folder: string | null;
            /** Folderstate */
            folderState: string | null;
            /** Hostname */
            hostname: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Lasterror */
            lastError: string | null;
            /** Lastseenat */
            lastSeenAt: string | null;
            /** Localaddress */
            localAddress: string | null;
            /** Name */
            name: string;
            /** Platform */
            platform: string | null;
            /** Status */
            status: string;
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
            /** Version */
            version: number;
            /** Watchmode */
            watchMode: string | null;
        };
        /**
         * AgentStatus
         * @description What the missed heartbeats say.
         * @enum {string}
         */
        AgentStatus: "never_seen" | "online" | "reconnecting" | "offline";
        /**
         * AgentStatusAnswer
         * @description What the server knows of the agent that asks, and what it waits for.
         */
        AgentStatusAnswer: {
            agent: components["schemas"]["AgentRow"];
            /**
             * Transfers
             * @description open ones, as in `transfers`
             */
            transfers: {
                [key: string]: unknown;
            }[];
        };
        /**
         * AgentStatusChanged
         * @description An agent came or went.
         */
        AgentStatusChanged: {
            /**
             * Agentid
             * Format: uuid
             */
            agentId: string;
            status: components["schemas"]["AgentStatus"];
        };
        /**
         * AuditPage
         * @description Newest first; `next_after` is null on the last page.
         */
        AuditPage: {
            /** Data */
            data: components["schemas"]["AuditRow"][];
            /** Nextafter */
            nextAfter: string | null;
        };
        /**
         * AuditRow
         * @description One entry of the audit log; names are those of that moment, but the actor's, which is
         *     of now. `actorId` is null for the command line.
         */
        AuditRow: {
            /** Action */
            action: string;
            /** Actorid */
            actorId: string | null;
            /** Actorname */
            actorName: string;
            /** Address */
            address: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Branchid */
            branchId: string | null;
            /** Details */
            details: {
                [key: string]: unknown;
            };
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Subjectid */
            subjectId: string | null;
            /** Subjectname */
            subjectName: string;
            /** Subjecttype */
            subjectType: string;
        };
        /**
         * AuthAnswer
         * @description `token` is present only after an enrolment, and shown only there.
         */
        AuthAnswer: {
            /**
             * Agentid
             * Format: uuid
             */
            agentId: string;
            /** Branch */
            branch: string;
            config: components["schemas"]["AgentConfig"];
            /** Contract */
            contract: number;
            contracts?: components["schemas"]["ContractRange"] | null;
            /** Name */
            name: string;
            /**
             * Servertime
             * Format: date-time
             */
            serverTime: string;
            /** Tenant */
            tenant: string;
            /** Token */
            token?: string | null;
        };
        /**
         * AuthRequest
         * @description `POST /api/agent/auth`. With a one-time code: enrol, the answer carries a new token.
         *     Without: who am I, by the bearer token.
         */
        AuthRequest: {
            /** Enrolmentcode */
            enrolmentCode?: string | null;
            /**
             * Hostname
             * @default
             */
            hostname: string;
        };
        /**
         * Availability
         * @description From best to worst.
         * @enum {string}
         */
        Availability: "cached" | "branch_online" | "branch_offline" | "gone";
        /**
         * BlockRequest
         * @description Block, or let in again.
         */
        BlockRequest: {
            /** Blocked */
            blocked: boolean;
        };
        /**
         * BothProofs
         * @description `DELETE /api/me/second-factor`.
         */
        BothProofs: {
            /** Code */
            code: string;
            /** Password */
            password: string;
        };
        /**
         * Bounds
         * @description The least and the most that the server allows.
         */
        Bounds: {
            /** Max */
            max: number;
            /** Min */
            min: number;
        };
        /**
         * BranchPatch
         * @description `PATCH /api/branches/{id}`; what is absent stays.
         */
        BranchPatch: {
            /** City */
            city?: string | null;
            /** Code */
            code?: string | null;
            /** Name */
            name?: string | null;
        };
        /**
         * BranchRow
         * @description A branch.
         */
        BranchRow: {
            /** City */
            city: string;
            /** Code */
            code: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
            /** Version */
            version: number;
        };
        /**
         * ChangeRow
         * @description One change, as seen from one branch; `row` is null for `delete` and `leave`.
         */
        ChangeRow: {
            /** Branchid */
            branchId: string | null;
            /** Changedfields */
            changedFields: string[] | null;
            /** Collection */
            collection: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Occurredat
             * Format: date-time
             */
            occurredAt: string;
            /**
             * Operation
             * @enum {string}
             */
            operation: "insert" | "update" | "delete" | "leave";
            /** Prevseq */
            prevSeq: number;
            /** Row */
            row: {
                [key: string]: unknown;
            } | null;
            /** Seq */
            seq: number;
        };
        /**
         * CodeProof
         * @description A code that the authenticator app shows now, or a recovery code.
         */
        CodeProof: {
            /** Code */
            code: string;
        };
        /** CollectionPage[AgentRow] */
        CollectionPage_AgentRow_: {
            /** Cursor */
            cursor: string;
            /** Data */
            data: components["schemas"]["AgentRow"][];
            /** Etag */
            etag: string;
            /**
             * Hasmore
             * @default false
             */
            hasMore: boolean;
            /** Isdelta */
            isDelta: boolean;
            /**
             * Mustrefetch
             * @default false
             */
            mustRefetch: boolean;
            /** Nextafter */
            nextAfter?: string | null;
            /** Timestamp */
            timestamp: string;
        };
        /** CollectionPage[BranchRow] */
        CollectionPage_BranchRow_: {
            /** Cursor */
            cursor: string;
            /** Data */
            data: components["schemas"]["BranchRow"][];
            /** Etag */
            etag: string;
            /**
             * Hasmore
             * @default false
             */
            hasMore: boolean;
            /** Isdelta */
            isDelta: boolean;
            /**
             * Mustrefetch
             * @default false
             */
            mustRefetch: boolean;
            /** Nextafter */
            nextAfter?: string | null;
            /** Timestamp */
            timestamp: string;
        };
        /** CollectionPage[ChangeRow] */
        CollectionPage_ChangeRow_: {
            /** Cursor */
            cursor: string;
            /** Data */
            data: components["schemas"]["ChangeRow"][];
            /** Etag */
            etag: string;
            /**
             * Hasmore
             * @default false
             */
            hasMore: boolean;
            /** Isdelta */
            isDelta: boolean;
            /**
             * Mustrefetch
             * @default false
             */
            mustRefetch: boolean;
            /** Nextafter */
            nextAfter?: string | null;
            /** Timestamp */
            timestamp: string;
        };
        /** CollectionPage[PdfRow] */
        CollectionPage_PdfRow_: {
            /** Cursor */
            cursor: string;
            /** Data */
            data: components["schemas"]["PdfRow"][];
            /** Etag */
            etag: string;
            /**
             * Hasmore
             * @default false
             */
            hasMore: boolean;
            /** Isdelta */
            isDelta: boolean;
            /**
             * Mustrefetch
             * @default false
             */
            mustRefetch: boolean;
            /** Nextafter */
            nextAfter?: string | null;
            /** Timestamp */
            timestamp: string;
        };
        /** CollectionPage[TransferRow] */
        CollectionPage_TransferRow_: {
            /** Cursor */
            cursor: string;
            /** Data */
            data: components["schemas"]["TransferRow"][];
            /** Etag */
            etag: string;
            /**
             * Hasmore
             * @default false
             */
            hasMore: boolean;
            /** Isdelta */
            isDelta: boolean;
            /**
             * Mustrefetch
             * @default false
             */
            mustRefetch: boolean;
            /** Nextafter */
            nextAfter?: string | null;
            /** Timestamp */
            timestamp: string;
        };
        /** CollectionPage[UserRow] */
        CollectionPage_UserRow_: {
            /** Cursor */
            cursor: string;
            /** Data */
            data: components["schemas"]["UserRow"][];
            /** Etag */
            etag: string;
            /**
             * Hasmore
             * @default false
             */
            hasMore: boolean;
            /** Isdelta */
            isDelta: boolean;
            /**
             * Mustrefetch
             * @default false
             */
            mustRefetch: boolean;
            /** Nextafter */
            nextAfter?: string | null;
            /** Timestamp */
            timestamp: string;
        };
        ContractRange: [
            number,
            number
        ];
        /**
         * Corrections
         * @description The fields to put right, in canonical form: a document type, an ISO date, a decimal
         *     number with a point, or text. Null takes a correction back; what is not named stays.
         */
        Corrections: {
            /** Customer */
            customer?: string | null;
            /** Eventdate */
            eventDate?: string | null;
            /** Number */
            number?: string | null;
            /** Total */
            total?: string | null;
            type?: components["schemas"]["DocumentType"] | null;
        };
        /**
         * Counters
         * @description What the agent did since it started; all are counts.
         */
        Counters: {
            /**
             * Failed
             * @default 0
             */
            failed: number;
            /**
             * Files
             * @default 0
             */
            files: number;
            /**
             * Indexed
             * @default 0
             */
            indexed: number;
            /**
             * Queued
             * @default 0
             */
            queued: number;
            /**
             * Uploaderrors
             * @default 0
             */
            uploadErrors: number;
            /**
             * Uploads
             * @default 0
             */
            uploads: number;
        };
        /**
         * CredentialsAnswer
         * @description Token and code are shown here and never again.
         */
        CredentialsAnswer: {
            agent: components["schemas"]["AgentRow"];
            /** Enrolmentcode */
            enrolmentCode: string;
            /**
             * Enrolmentexpiresat
             * Format: date-time
             */
            enrolmentExpiresAt: string;
            /** Token */
            token: string;
        };
        /**
         * DataUpdate
         * @description Changes of one room: a collection as seen from one branch, null for the whole company.
         */
        DataUpdate: {
            /** Branchid */
            branchId: string | null;
            /** Data */
            data: components["schemas"]["UpdatedRow"][];
            /**
             * Delta
             * @constant
             */
            delta: true;
            /** Prevseq */
            prevSeq: number;
            /** Seq */
            seq: number;
            /** Type */
            type: string;
        };
        /**
         * Day
         * @description One day in UTC: documents that became known, were asked for, and, of those,
         *     arrived.
         */
        Day: {
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Downloaded */
            downloaded: number;
            /** Indexed */
            indexed: number;
            /** Requested */
            requested: number;
        };
        /**
         * DocumentType
         * @description The kinds of document the rules know.
         * @enum {string}
         */
        DocumentType: "quote" | "service_order" | "assembly";
        /**
         * EmptiedPlace
         * @description A place much of which vanished at once: nothing of it is reported gone until the files
         *     are back, or a person says that they are gone (`LetGo`).
         *
         *     `path` is the watched folder (`""`), a mount point below it, or a folder directly in one of
         *     them; `missing` of the `known` files that the server lists there are not on the disk.
         *     `state` (16 hex digits) stands for exactly those.
         */
        EmptiedPlace: {
            /** Known */
            known: number;
            /** Missing */
            missing: number;
            /** Path */
            path: string;
            /** State */
            state: string;
        };
        /**
         * EmptiedRow
         * @description A place of which `missing` of the `known` files are not there any more; `path` is below
         *     the watched folder, `state` stands for exactly these files. `confirmed`: they are really
         *     gone, says a person, and leave the list as soon as the agent hears of it.
         */
        EmptiedRow: {
            /** Confirmed */
            confirmed: boolean;
            /** Known */
            known: number;
            /** Missing */
            missing: number;
            /** Path */
            path: string;
            /** State */
            state: string;
        };
        /**
         * Enrolment
         * @description What an authenticator app takes: `uri` as a QR code, `secret` to type.
         */
        Enrolment: {
            /** Secret */
            secret: string;
            /** Uri */
            uri: string;
        };
        /**
         * Evidence
         * @description Where a value was read: the line as printed, its page from 1, and the value's box
         *     `[left, top, right, bottom]` as fractions of the page, from its upper left corner.
         */
        Evidence: {
            /** Box */
            box: number[] | null;
            /** Page */
            page: number;
            /** Text */
            text: string;
        };
        /**
         * FieldDetail
         * @description `value` is what counts; `read_value` what the rules read, `corrected_by` who knew better.
         */
        FieldDetail: {
            /** Confidence */
            confidence: number | null;
            /** Correctedat */
            correctedAt: string | null;
            /** Correctedby */
            correctedBy: string | null;
            evidence: components["schemas"]["Evidence"] | null;
            /** Readvalue */
            readValue: string | null;
            /** Value */
            value: string;
        };
        /**
         * FieldDetails
         * @description The five fields; one that is neither read nor corrected is null.
         */
        FieldDetails: {
            customer: components["schemas"]["FieldDetail"] | null;
            eventDate: components["schemas"]["FieldDetail"] | null;
            number: components["schemas"]["FieldDetail"] | null;
            total: components["schemas"]["FieldDetail"] | null;
            type: components["schemas"]["FieldDetail"] | null;
        };
        /**
         * FieldProblem
         * @description One field that was not accepted.
         */
        FieldProblem: {
            /** Field */
            field: string;
            /** Message */
            message: string;
        };
        /**
         * Heartbeat
         * @description `agent:heartbeat`, every 30 s. `sent_at` lets the server see a wrong clock.
         *
         *     `disks` names the disk that the files of each mount point are on, by its path (`""` is the
         *     watched folder). The server keeps them for the agent, and the agent sends none before it was
         *     told what it sent last.
         */
        Heartbeat: {
            /**
             * @default {
             *       "failed": 0,
             *       "files": 0,
             *       "indexed": 0,
             *       "queued": 0,
             *       "uploadErrors": 0,
             *       "uploads": 0
             *     }
             */
            counters: components["schemas"]["Counters"];
            /** Disks */
            disks?: {
                [key: string]: string;
            } | null;
            /** Emptied */
            emptied?: components["schemas"]["EmptiedPlace"][];
            /** Folder */
            folder: string;
            /**
             * Folderstate
             * @enum {string}
             */
            folderState: "ok" | "missing" | "unreadable";
            /** Hostname */
            hostname: string;
            /** Localaddress */
            localAddress: string;
            /** Memorybytes */
            memoryBytes: number;
            /** Platform */
            platform: string;
            /**
             * Sentat
             * Format: date-time
             */
            sentAt: string;
            /** Uptimes */
            uptimeS: number;
            /** Version */
            version: string;
            /**
             * Watchmode
             * @enum {string}
             */
            watchMode: "events" | "polling" | "starting";
        };
        /**
         * HeartbeatAck
         * @description `clock_skew_s` is agent time minus server time, in seconds. `disks` are those of the
         *     newest heartbeat that had some, where this one had none.
         */
        HeartbeatAck: {
            /** Clockskews */
            clockSkewS: number;
            /** Disks */
            disks?: {
                [key: string]: string;
            } | null;
            /**
             * Servertime
             * Format: date-time
             */
            serverTime: string;
        };
        /**
         * HistoryEntry
         * @description One thing that was done with a document; `action` as in the audit log. `pdf.version` is a
         *     change of its content, told by the agent that reported it: `details` are what it was before
         *     (`fileHash`, `size`, `fileName`, `values`, and `since` when).
         */
        HistoryEntry: {
            /** Action */
            action: string;
            /** Actorname */
            actorName: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Details */
            details: {
                [key: string]: unknown;
            };
        };
        /**
         * Location
         * @description A path on an agent's disk.
         */
        Location: {
            /**
             * Agentid
             * Format: uuid
             */
            agentId: string;
            /** Agentname */
            agentName: string;
            /**
             * Branchid
             * Format: uuid
             */
            branchId: string;
            /**
             * Modifiedat
             * Format: date-time
             */
            modifiedAt: string;
            /** Path */
            path: string;
            /**
             * Seenat
             * Format: date-time
             */
            seenAt: string;
            /** Size */
            size: number;
        };
        /**
         * LoginRequest
         * @description `POST /api/auth/login`; `code` where the user has a second factor.
         */
        LoginRequest: {
            /** Code */
            code?: string | null;
            /** Email */
            email: string;
            /** Password */
            password: string;
        };
        /**
         * LogsAnswer
         * @description The last lines of the agent's log, oldest first.
         */
        LogsAnswer: {
            /** Lines */
            lines: string[];
        };
        /**
         * Me
         * @description The caller; `branch_ids` null is every branch.
         */
        Me: {
            /** Branchids */
            branchIds: string[] | null;
            /** Email */
            email: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
            /** Secondfactor */
            secondFactor: boolean;
            /** Secondfactorrequired */
            secondFactorRequired: boolean;
            tenant: components["schemas"]["TenantName"];
        };
        /**
         * MePatch
         * @description `PATCH /api/me`. A new password needs the current one and ends the other sessions.
         */
        MePatch: {
            /** Currentpassword */
            currentPassword?: string | null;
            /** Name */
            name?: string | null;
            /** Newpassword */
            newPassword?: string | null;
        };
        /**
         * NewBranch
         * @description `POST /api/branches`; `code` is unique within the company.
         */
        NewBranch: {
            /**
             * City
             * @default
             */
            city: string;
            /** Code */
            code: string;
            /** Name */
            name: string;
        };
        /**
         * NewUser
         * @description `POST /api/users`.
         */
        NewUser: {
            /** Branchids */
            branchIds?: string[] | null;
            /** Email */
            email: string;
            /** Name */
            name: string;
            /** Password */
            password: string;
            role: components["schemas"]["Role"];
        };
        /**
         * Overview
         * @description The last days, today last; a day on which nothing happened is there too.
         */
        Overview: {
            /** Days */
            days: components["schemas"]["Day"][];
        };
        /**
         * PasswordProof
         * @description `POST /api/me/second-factor`: the password again.
         */
        PasswordProof: {
            /** Password */
            password: string;
        };
        /**
         * PdfDetail
         * @description With the evidence of each field, where it lies, and its last transfers.
         */
        PdfDetail: {
            /** Agentids */
            agentIds: string[];
            availability: components["schemas"]["Availability"];
            /** Branchids */
            branchIds: string[];
            /** Cachedat */
            cachedAt: string | null;
            /** Corrected */
            corrected: string[];
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Customer */
            customer: string | null;
            /** Eventdate */
            eventDate: string | null;
            /** Expiresat */
            expiresAt: string | null;
            fields: components["schemas"]["FieldDetails"];
            /** Filehash */
            fileHash: string | null;
            /** Filename */
            fileName: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Locations */
            locations: components["schemas"]["Location"][];
            /** Number */
            number: string | null;
            /** Pages */
            pages: number | null;
            /** Pinned */
            pinned: boolean;
            /** Reason */
            reason: string | null;
            /** Reasoncode */
            reasonCode: string | null;
            /** Result */
            result: string;
            /** Size */
            size: number;
            status: components["schemas"]["PdfStatus"];
            /** Title */
            title: string | null;
            /** Total */
            total: string | null;
            /** Transfers */
            transfers: components["schemas"]["TransferRow"][];
            /** Type */
            type: string | null;
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
            /** Version */
            version: number;
        };
        /**
         * PdfHistory
         * @description The newest first.
         */
        PdfHistory: {
            /** Data */
            data: components["schemas"]["HistoryEntry"][];
        };
        /**
         * PdfNamed
         * @description Which document it is about.
         */
        PdfNamed: {
            /**
             * Pdfid
             * Format: uuid
             */
            pdfId: string;
        };
        /**
         * PdfRow
         * @description A row of the collection `pdfs`; see docs/contract.md.
         */
        PdfRow: {
            /** Agentids */
            agentIds: string[];
            /** Branchids */
            branchIds: string[];
            /** Cachedat */
            cachedAt: string | null;
            /** Corrected */
            corrected: string[];
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Customer */
            customer: string | null;
            /** Eventdate */
            eventDate: string | null;
            /** Expiresat */
            expiresAt: string | null;
            /** Filehash */
            fileHash: string | null;
            /** Filename */
            fileName: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Number */
            number: string | null;
            /** Pages */
            pages: number | null;
            /** Pinned */
            pinned: boolean;
            /** Reason */
            reason: string | null;
            /** Reasoncode */
            reasonCode: string | null;
            /** Result */
            result: string;
            /** Size */
            size: number;
            status: components["schemas"]["PdfStatus"];
            /** Title */
            title: string | null;
            /** Total */
            total: string | null;
            /** Type */
            type: string | null;
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
            /** Version */
            version: number;
        };
        /**
         * PdfStatus
         * @description `available_local → uploading → cached → expired`, and back to `uploading`.
         * @enum {string}
         */
        PdfStatus: "available_local" | "uploading" | "cached" | "expired";
        /**
         * PdfStatusAnswer
         * @description `transfer` is the newest one of the caller's branches.
         */
        PdfStatusAnswer: {
            availability: components["schemas"]["Availability"];
            /** Expiresat */
            expiresAt: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            status: components["schemas"]["PdfStatus"];
            transfer: components["schemas"]["TransferRow"] | null;
        };
        /**
         * PinSelection
         * @description `pinned`: kept when they would expire, or no longer.
         */
        PinSelection: {
            /** Ids */
            ids: string[];
            /** Pinned */
            pinned: boolean;
        };
        /**
         * Problem
         * @description An error as RFC 9457 has it. `code` is stable and for programs, `detail` a sentence for a
         *     person; `errors` is there for bad input.
         */
        Problem: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /**
             * Errors
             * @default null
             */
            errors: components["schemas"]["FieldProblem"][] | null;
            /** Status */
            status: number;
            /** Title */
            title: string;
            /** Type */
            type: string;
        };
        /**
         * ReallyGoneRequest
         * @description A place as the row's `emptied` shows it.
         */
        ReallyGoneRequest: {
            /** Path */
            path: string;
            /** State */
            state: string;
        };
        /**
         * RecoveryCodes
         * @description Each is good once; they are shown only here.
         */
        RecoveryCodes: {
            /** Recoverycodes */
            recoveryCodes: string[];
        };
        /**
         * RefreshRequest
         * @description `POST /api/auth/refresh`; without a token the cookie counts.
         */
        RefreshRequest: {
            /** Refreshtoken */
            refreshToken?: string | null;
        };
        /**
         * RequestAnswer
         * @description `transfer` is null where the document is here already (`status` is `cached`), and where a
         *     branch that the caller does not see sends it.
         */
        RequestAnswer: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            status: components["schemas"]["PdfStatus"];
            transfer: components["schemas"]["TransferRow"] | null;
        };
        /**
         * RequestOutcome
         * @description `problem` says why the document cannot come; `transfer_id` is null where it is here,
         *     and where a branch that the caller does not see sends it.
         */
        RequestOutcome: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Problem */
            problem: {
                [key: string]: unknown;
            } | null;
            /** Status */
            status: string;
            /** Transferid */
            transferId: string | null;
        };
        /**
         * RequestOutcomes
         * @description In the order in which they were asked for; what is not seen is left out.
         */
        RequestOutcomes: {
            /** Data */
            data: components["schemas"]["RequestOutcome"][];
        };
        /**
         * Result
         * @description The outcome of reading a file. Everything but `ok` comes with a reason.
         * @enum {string}
         */
        Result: "ok" | "no_text" | "encrypted" | "damaged" | "timeout";
        /**
         * ResyncRequest
         * @description `deep` reads every file again.
         */
        ResyncRequest: {
            /**
             * Deep
             * @default false
             */
            deep: boolean;
        };
        /**
         * Role
         * @description What a user may do; each role may do all that the one before it may.
         * @enum {string}
         */
        Role: "viewer" | "operator" | "manager" | "admin";
        /**
         * Selection
         * @description Some documents.
         */
        Selection: {
            /** Ids */
            ids: string[];
        };
        /**
         * ServerMoving
         * @description This process is about to stop: leave, and connect again after so long.
         */
        ServerMoving: {
            /** Delayms */
            delayMs: number;
        };
        /**
         * SessionList
         * @description The one seen last comes first.
         */
        SessionList: {
            /** Data */
            data: components["schemas"]["SessionRow"][];
        };
        /**
         * SessionRow
         * @description A sign-in that goes on; `current` is the one that asks.
         */
        SessionRow: {
            /** Address */
            address: string;
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Current */
            current: boolean;
            /**
             * Expiresat
             * Format: date-time
             */
            expiresAt: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Lastseenat
             * Format: date-time
             */
            lastSeenAt: string;
            /** Useragent */
            userAgent: string;
            /**
             * Userid
             * Format: uuid
             */
            userId: string;
            /** Username */
            userName: string;
        };
        /**
         * SettingsAnswer
         * @description What holds for the company now; `own` names what it has set itself.
         */
        SettingsAnswer: {
            /** Agentheartbeats */
            agentHeartbeatS: number;
            /** Agentholdfiles */
            agentHoldFiles: number;
            /** Agentrescans */
            agentRescanS: number;
            /** Auditretentiondays */
            auditRetentionDays: number;
            limits: components["schemas"]["SettingsLimits"];
            /** Maxuploadmb */
            maxUploadMb: number;
            /** Own */
            own: string[];
            /** Retentiondays */
            retentionDays: number;
            /** Secondfactorrequired */
            secondFactorRequired: boolean;
        };
        /**
         * SettingsLimits
         * @description What the company may choose from.
         */
        SettingsLimits: {
            agentHeartbeatS: components["schemas"]["Bounds"];
            agentHoldFiles: components["schemas"]["Bounds"];
            agentRescanS: components["schemas"]["Bounds"];
            auditRetentionDays: components["schemas"]["Bounds"];
            maxUploadMb: components["schemas"]["Bounds"];
            retentionDays: components["schemas"]["Bounds"];
        };
        /**
         * SettingsPatch
         * @description `PATCH /api/admin/settings`; what is absent stays, null is the server's own value.
         */
        SettingsPatch: {
            /** Agentheartbeats */
            agentHeartbeatS?: number | null;
            /** Agentholdfiles */
            agentHoldFiles?: number | null;
            /** Agentrescans */
            agentRescanS?: number | null;
            /** Auditretentiondays */
            auditRetentionDays?: number | null;
            /** Maxuploadmb */
            maxUploadMb?: number | null;
            /** Retentiondays */
            retentionDays?: number | null;
            /** Secondfactorrequired */
            secondFactorRequired?: boolean | null;
        };
        /**
         * TenantName
         * @description The company of a user.
         */
        TenantName: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
        };
        /**
         * Tokens
         * @description The answer of login and refresh; `expires_in` is in seconds.
         */
        Tokens: {
            /** Accesstoken */
            accessToken: string;
            /** Expiresin */
            expiresIn: number;
            /** Refreshtoken */
            refreshToken: string;
            /**
             * Tokentype
             * @default Bearer
             * @constant
             */
            tokenType: "Bearer";
            user: components["schemas"]["Me"];
        };
        /**
         * TransferRequest
         * @description Higher goes first.
         */
        TransferRequest: {
            /**
             * Priority
             * @default 0
             */
            priority: number;
        };
        /**
         * TransferRow
         * @description A row of the collection `transfers`.
         */
        TransferRow: {
            /**
             * Agentid
             * Format: uuid
             */
            agentId: string;
            /** Attempts */
            attempts: number;
            /**
             * Branchid
             * Format: uuid
             */
            branchId: string;
            /** Error */
            error: string | null;
            /** Errorcode */
            errorCode: string | null;
            /** Finishedat */
            finishedAt: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Path */
            path: string;
            /**
             * Pdfid
             * Format: uuid
             */
            pdfId: string;
            /** Priority */
            priority: number;
            /**
             * Requestedat
             * Format: date-time
             */
            requestedAt: string;
            /** Requestedby */
            requestedBy: string;
            /** Sentbytes */
            sentBytes: number;
            /** Startedat */
            startedAt: string | null;
            /** State */
            state: string;
            /** Totalbytes */
            totalBytes: number;
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
            /** Version */
            version: number;
        };
        /**
         * UpdatedRow
         * @description A row of the collection as it is now; only its `id` where it was deleted or has left.
         */
        UpdatedRow: {
            /**
             * Operation
             * @enum {string}
             */
            _operation: "insert" | "update" | "delete" | "leave";
            /**
             * Id
             * Format: uuid
             */
            id: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * UploadAnswer
         * @description The document is here.
         */
        UploadAnswer: {
            /**
             * Pdfid
             * Format: uuid
             */
            pdfId: string;
            status: components["schemas"]["PdfStatus"];
            /**
             * Transferid
             * Format: uuid
             */
            transferId: string;
        };
        /**
         * UploadShown
         * @description How far a document has come.
         */
        UploadShown: {
            /**
             * Pdfid
             * Format: uuid
             */
            pdfId: string;
            /** Sentbytes */
            sentBytes: number;
            /** Totalbytes */
            totalBytes: number;
            /**
             * Transferid
             * Format: uuid
             */
            transferId: string;
        };
        /**
         * UserPatch
         * @description `PATCH /api/users/{id}`; what is absent stays, `branchIds: null` is every branch.
         */
        UserPatch: {
            /** Branchids */
            branchIds?: string[] | null;
            /** Disabled */
            disabled?: boolean | null;
            /** Email */
            email?: string | null;
            /** Name */
            name?: string | null;
            /** Password */
            password?: string | null;
            role?: components["schemas"]["Role"] | null;
        };
        /**
         * UserRow
         * @description A user; `branch_ids` null is every branch.
         */
        UserRow: {
            /** Branchids */
            branchIds: string[] | null;
            /** Disabled */
            disabled: boolean;
            /** Email */
            email: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
            /** Secondfactor */
            secondFactor: boolean;
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
            /** Version */
            version: number;
        };
    };
    responses: {
        /** @description Bad Request: bad_cursor */
        "400.bad_cursor": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bad_cursor";
                };
            };
        };
        /** @description Bad Request: bad_cursor, filter_with_since, too_many_words */
        "400.bad_cursor.filter_with_since.too_many_words": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bad_cursor" | "filter_with_since" | "too_many_words";
                };
            };
        };
        /** @description Bad Request: bad_idempotency_key */
        "400.bad_idempotency_key": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bad_idempotency_key";
                };
            };
        };
        /** @description Bad Request: bad_idempotency_key, bad_multipart, upload_interrupted */
        "400.bad_idempotency_key.bad_multipart.upload_interrupted": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bad_idempotency_key" | "bad_multipart" | "upload_interrupted";
                };
            };
        };
        /** @description Unauthorized: bad_code, bad_credentials, second_factor_required */
        "401.bad_code.bad_credentials.second_factor_required": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bad_code" | "bad_credentials" | "second_factor_required";
                };
            };
        };
        /** @description Unauthorized: bad_code, bad_token */
        "401.bad_code.bad_token": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bad_code" | "bad_token";
                };
            };
        };
        /** @description Unauthorized: bad_refresh_token, refresh_token_reused, session_ended */
        "401.bad_refresh_token.refresh_token_reused.session_ended": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bad_refresh_token" | "refresh_token_reused" | "session_ended";
                };
            };
        };
        /** @description Unauthorized: bad_token */
        "401.bad_token": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bad_token";
                };
            };
        };
        /** @description Unauthorized: bad_token, not_authenticated, session_ended, token_expired */
        "401.bad_token.not_authenticated.session_ended.token_expired": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bad_token" | "not_authenticated" | "session_ended" | "token_expired";
                };
            };
        };
        /** @description Forbidden: agent_blocked */
        "403.agent_blocked": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "agent_blocked";
                };
            };
        };
        /** @description Forbidden: cross_site */
        "403.cross_site": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "cross_site";
                };
            };
        };
        /** @description Forbidden: out_of_scope, role_required, second_factor_missing */
        "403.out_of_scope.role_required.second_factor_missing": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "out_of_scope" | "role_required" | "second_factor_missing";
                };
            };
        };
        /** @description Forbidden: role_required, second_factor_missing */
        "403.role_required.second_factor_missing": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "role_required" | "second_factor_missing";
                };
            };
        };
        /** @description Forbidden: second_factor_missing */
        "403.second_factor_missing": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "second_factor_missing";
                };
            };
        };
        /** @description Not Found: not_found */
        "404.not_found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "not_found";
                };
            };
        };
        /** @description Not Found: transfer_not_found */
        "404.transfer_not_found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "transfer_not_found";
                };
            };
        };
        /** @description Conflict: agent_offline */
        "409.agent_offline": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "agent_offline";
                };
            };
        };
        /** @description Conflict: branch_code_taken */
        "409.branch_code_taken": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "branch_code_taken";
                };
            };
        };
        /** @description Conflict: branch_in_use */
        "409.branch_in_use": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "branch_in_use";
                };
            };
        };
        /** @description Conflict: email_taken */
        "409.email_taken": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "email_taken";
                };
            };
        };
        /** @description Conflict: email_taken, last_admin */
        "409.email_taken.last_admin": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "email_taken" | "last_admin";
                };
            };
        };
        /** @description Conflict: gone_from_branch, not_readable, too_large */
        "409.gone_from_branch.not_readable.too_large": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "gone_from_branch" | "not_readable" | "too_large";
                };
            };
        };
        /** @description Conflict: gone_from_branch, not_readable, too_large, transfer_open */
        "409.gone_from_branch.not_readable.too_large.transfer_open": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "gone_from_branch" | "not_readable" | "too_large" | "transfer_open";
                };
            };
        };
        /** @description Conflict: not_cached */
        "409.not_cached": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "not_cached";
                };
            };
        };
        /** @description Conflict: place_changed */
        "409.place_changed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "place_changed";
                };
            };
        };
        /** @description Conflict: second_factor_off, second_factor_on */
        "409.second_factor_off.second_factor_on": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "second_factor_off" | "second_factor_on";
                };
            };
        };
        /** @description Conflict: second_factor_on */
        "409.second_factor_on": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "second_factor_on";
                };
            };
        };
        /** @description Conflict: transfer_closed */
        "409.transfer_closed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "transfer_closed";
                };
            };
        };
        /** @description Request Entity Too Large: too_large */
        "413.too_large": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "too_large";
                };
            };
        };
        /** @description Unprocessable Entity: bad_code, idempotency_key_reused, invalid_input */
        "422.bad_code.idempotency_key_reused.invalid_input": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bad_code" | "idempotency_key_reused" | "invalid_input";
                };
            };
        };
        /** @description Unprocessable Entity: bad_code, idempotency_key_reused, invalid_input, wrong_password */
        "422.bad_code.idempotency_key_reused.invalid_input.wrong_password": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bad_code" | "idempotency_key_reused" | "invalid_input" | "wrong_password";
                };
            };
        };
        /** @description Unprocessable Entity: damaged_file, hash_mismatch, idempotency_key_reused, invalid_input, not_a_pdf, size_mismatch */
        "422.damaged_file.hash_mismatch.idempotency_key_reused.invalid_input.not_a_pdf.size_mismatch": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "damaged_file" | "hash_mismatch" | "idempotency_key_reused" | "invalid_input" | "not_a_pdf" | "size_mismatch";
                };
            };
        };
        /** @description Unprocessable Entity: idempotency_key_reused, invalid, invalid_input */
        "422.idempotency_key_reused.invalid.invalid_input": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "idempotency_key_reused" | "invalid" | "invalid_input";
                };
            };
        };
        /** @description Unprocessable Entity: idempotency_key_reused, invalid_input */
        "422.idempotency_key_reused.invalid_input": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "idempotency_key_reused" | "invalid_input";
                };
            };
        };
        /** @description Unprocessable Entity: idempotency_key_reused, invalid_input, out_of_bounds */
        "422.idempotency_key_reused.invalid_input.out_of_bounds": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "idempotency_key_reused" | "invalid_input" | "out_of_bounds";
                };
            };
        };
        /** @description Unprocessable Entity: idempotency_key_reused, invalid_input, unknown_branch, weak_password */
        "422.idempotency_key_reused.invalid_input.unknown_branch.weak_password": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "idempotency_key_reused" | "invalid_input" | "unknown_branch" | "weak_password";
                };
            };
        };
        /** @description Unprocessable Entity: idempotency_key_reused, invalid_input, weak_password, wrong_password */
        "422.idempotency_key_reused.invalid_input.weak_password.wrong_password": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "idempotency_key_reused" | "invalid_input" | "weak_password" | "wrong_password";
                };
            };
        };
        /** @description Unprocessable Entity: idempotency_key_reused, invalid_input, wrong_password */
        "422.idempotency_key_reused.invalid_input.wrong_password": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "idempotency_key_reused" | "invalid_input" | "wrong_password";
                };
            };
        };
        /** @description Unprocessable Entity: invalid_input */
        "422.invalid_input": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "invalid_input";
                };
            };
        };
        /** @description Unprocessable Entity: invalid_input, no_preview, no_such_page */
        "422.invalid_input.no_preview.no_such_page": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "invalid_input" | "no_preview" | "no_such_page";
                };
            };
        };
        /** @description Too Many Requests: rate_limited */
        "429.rate_limited": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "rate_limited";
                };
            };
        };
        /** @description Service Unavailable: bus_deaf, database_busy, database_exhausted, database_unavailable, draining, outcome_unknown, store_unavailable */
        "503.bus_deaf.database_busy.database_exhausted.database_unavailable.draining.outcome_unknown.store_unavailable": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "bus_deaf" | "database_busy" | "database_exhausted" | "database_unavailable" | "draining" | "outcome_unknown" | "store_unavailable";
                };
            };
        };
        /** @description Service Unavailable: database_busy, database_exhausted, database_unavailable, draining, outcome_unknown, store_unavailable */
        "503.database_busy.database_exhausted.database_unavailable.draining.outcome_unknown.store_unavailable": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "database_busy" | "database_exhausted" | "database_unavailable" | "draining" | "outcome_unknown" | "store_unavailable";
                };
            };
        };
        /** @description Service Unavailable: database_busy, database_exhausted, database_unavailable, outcome_unknown, store_unavailable */
        "503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "database_busy" | "database_exhausted" | "database_unavailable" | "outcome_unknown" | "store_unavailable";
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_agents_api_admin_agents_get: {
        parameters: {
            query?: {
                limit?: number;
                after?: string | null;
                since?: string | null;
            };
            header?: {
                /** @description Tags of answers that the caller holds */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionPage_AgentRow_"];
                };
            };
            /** @description Not Modified: the caller holds the answer */
            304: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_cursor"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    create_agent_api_admin_agents_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CredentialsAnswer"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    get_agent_api_admin_agents__agent_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentDetail"];
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    delete_agent_api_admin_agents__agent_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    rename_agent_api_admin_agents__agent_id__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentRow"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    block_agent_api_admin_agents__agent_id__block_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BlockRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentRow"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    disconnect_agent_api_admin_agents__agent_id__disconnect_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    agent_logs_api_admin_agents__agent_id__logs_get: {
        parameters: {
            query?: {
                lines?: number;
            };
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogsAnswer"];
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.agent_offline"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    confirm_emptied_place_api_admin_agents__agent_id__really_gone_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReallyGoneRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentRow"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.place_changed"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    resync_agent_api_admin_agents__agent_id__resync_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ResyncRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.agent_offline"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    rotate_token_api_admin_agents__agent_id__rotate_token_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CredentialsAnswer"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    get_settings_api_admin_settings_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsAnswer"];
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.out_of_scope.role_required.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    patch_settings_api_admin_settings_patch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsAnswer"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.out_of_scope.role_required.second_factor_missing"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input.out_of_bounds"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    auth_api_agent_auth_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthAnswer"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_code.bad_token"];
            403: components["responses"]["403.agent_blocked"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    heartbeat_api_agent_heartbeat_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Heartbeat"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeartbeatAck"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token"];
            403: components["responses"]["403.agent_blocked"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    status_api_agent_status_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentStatusAnswer"];
                };
            };
            401: components["responses"]["401.bad_token"];
            403: components["responses"]["403.agent_blocked"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    upload_api_agent_upload_post: {
        parameters: {
            query: {
                transferId: string;
                fileHash: string;
                size: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadAnswer"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key.bad_multipart.upload_interrupted"];
            401: components["responses"]["401.bad_token"];
            403: components["responses"]["403.agent_blocked"];
            404: components["responses"]["404.transfer_not_found"];
            409: components["responses"]["409.transfer_closed"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.damaged_file.hash_mismatch.idempotency_key_reused.invalid_input.not_a_pdf.size_mismatch"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    list_agents_api_agents_get: {
        parameters: {
            query?: {
                limit?: number;
                after?: string | null;
                since?: string | null;
            };
            header?: {
                /** @description Tags of answers that the caller holds */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionPage_AgentRow_"];
                };
            };
            /** @description Not Modified: the caller holds the answer */
            304: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_cursor"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    list_audit_api_audit_get: {
        parameters: {
            query?: {
                limit?: number;
                after?: string | null;
                action?: string | null;
                userId?: string | null;
                from?: string | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.out_of_scope.role_required.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    login_api_auth_login_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_code.bad_credentials.second_factor_required"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    logout_api_auth_logout_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    refresh_api_auth_refresh_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description no session */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_refresh_token.refresh_token_reused.session_ended"];
            403: components["responses"]["403.cross_site"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    list_branches_api_branches_get: {
        parameters: {
            query?: {
                limit?: number;
                after?: string | null;
                since?: string | null;
            };
            header?: {
                /** @description Tags of answers that the caller holds */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionPage_BranchRow_"];
                };
            };
            /** @description Not Modified: the caller holds the answer */
            304: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_cursor"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    create_branch_api_branches_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBranch"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BranchRow"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.out_of_scope.role_required.second_factor_missing"];
            409: components["responses"]["409.branch_code_taken"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    delete_branch_api_branches__branch_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                branch_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.out_of_scope.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.branch_in_use"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    change_branch_api_branches__branch_id__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                branch_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BranchPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BranchRow"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.out_of_scope.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.branch_code_taken"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    changes_api_changes_get: {
        parameters: {
            query?: {
                since?: string | null;
                collections?: string | null;
                wait?: number;
                limit?: number;
            };
            header?: {
                /** @description Tags of answers that the caller holds */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionPage_ChangeRow_"];
                };
            };
            /** @description Not Modified: the caller holds the answer */
            304: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_cursor"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    me_api_me_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    change_me_api_me_patch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MePatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input.weak_password.wrong_password"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    read_preferences_api_me_preferences_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    write_preferences_api_me_preferences_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    enrol_second_factor_api_me_second_factor_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordProof"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enrolment"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            409: components["responses"]["409.second_factor_on"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input.wrong_password"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    give_second_factor_up_api_me_second_factor_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BothProofs"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.bad_code.idempotency_key_reused.invalid_input.wrong_password"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    confirm_second_factor_api_me_second_factor_confirm_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeProof"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            409: components["responses"]["409.second_factor_off.second_factor_on"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.bad_code.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    renew_recovery_codes_api_me_second_factor_recovery_codes_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeProof"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.bad_code.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    metrics_for_people_api_metrics_realtime_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    get_overview_api_overview_get: {
        parameters: {
            query?: {
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    list_pdfs_api_pdfs_get: {
        parameters: {
            query?: {
                limit?: number;
                after?: string | null;
                since?: string | null;
                q?: string | null;
                status?: components["schemas"]["PdfStatus"] | null;
                result?: components["schemas"]["Result"] | null;
                type?: components["schemas"]["DocumentType"] | null;
                branchId?: string | null;
                agentId?: string | null;
                present?: boolean | null;
            };
            header?: {
                /** @description Tags of answers that the caller holds */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionPage_PdfRow_"];
                };
            };
            /** @description Not Modified: the caller holds the answer */
            304: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_cursor.filter_with_since.too_many_words"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    archive_pdfs_api_pdfs_archive_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Selection"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": unknown;
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    pin_pdfs_api_pdfs_pin_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinSelection"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    request_pdfs_api_pdfs_request_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Selection"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestOutcomes"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.gone_from_branch.not_readable.too_large"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    reread_pdfs_api_pdfs_reread_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Selection"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    get_pdf_api_pdfs__pdf_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pdf_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PdfDetail"];
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    download_api_pdfs__pdf_id__download_get: {
        parameters: {
            query?: {
                attachment?: boolean;
            };
            header?: {
                /** @description Tags of answers that the caller holds */
                "If-None-Match"?: string;
            };
            path: {
                pdf_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": unknown;
                };
            };
            /** @description Partial Content */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": unknown;
                };
            };
            /** @description Not Modified: the caller holds the answer */
            304: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.not_cached"];
            /** @description The range is beyond the end, which `Content-Range` tells */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    correct_fields_api_pdfs__pdf_id__fields_patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pdf_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Corrections"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PdfDetail"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    get_history_api_pdfs__pdf_id__history_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pdf_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PdfHistory"];
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    pin_api_pdfs__pdf_id__pin_put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pdf_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PdfRow"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    unpin_api_pdfs__pdf_id__pin_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pdf_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PdfRow"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    preview_api_pdfs__pdf_id__preview_get: {
        parameters: {
            query?: {
                width?: number;
                page?: number;
            };
            header?: {
                /** @description Tags of answers that the caller holds */
                "If-None-Match"?: string;
            };
            path: {
                pdf_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": unknown;
                };
            };
            /** @description Not Modified: the caller holds the answer */
            304: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.not_cached"];
            422: components["responses"]["422.invalid_input.no_preview.no_such_page"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    request_pdf_api_pdfs__pdf_id__request_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pdf_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["TransferRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestAnswer"];
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestAnswer"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.gone_from_branch.not_readable.too_large"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    reread_api_pdfs__pdf_id__reread_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pdf_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    get_status_api_pdfs__pdf_id__status_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pdf_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PdfStatusAnswer"];
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    list_sessions_api_sessions_get: {
        parameters: {
            query?: {
                userId?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.out_of_scope.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    revoke_session_api_sessions__session_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.out_of_scope.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    list_transfers_api_transfers_get: {
        parameters: {
            query?: {
                limit?: number;
                after?: string | null;
                since?: string | null;
            };
            header?: {
                /** @description Tags of answers that the caller holds */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionPage_TransferRow_"];
                };
            };
            /** @description Not Modified: the caller holds the answer */
            304: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_cursor"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    cancel_transfer_api_transfers__transfer_id__cancel_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                transfer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransferRow"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.transfer_closed"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    retry_transfer_api_transfers__transfer_id__retry_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                transfer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestAnswer"];
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestAnswer"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.gone_from_branch.not_readable.too_large.transfer_open"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    list_users_api_users_get: {
        parameters: {
            query?: {
                limit?: number;
                after?: string | null;
                since?: string | null;
            };
            header?: {
                /** @description Tags of answers that the caller holds */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionPage_UserRow_"];
                };
            };
            /** @description Not Modified: the caller holds the answer */
            304: {
                headers: {
                    /** @description Stands for this answer */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_cursor"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    create_user_api_users_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserRow"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.out_of_scope.role_required.second_factor_missing"];
            409: components["responses"]["409.email_taken"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input.unknown_branch.weak_password"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    change_user_api_users__user_id__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserRow"];
                };
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.out_of_scope.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.email_taken.last_admin"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input.unknown_branch.weak_password"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    take_second_factor_away_api_users__user_id__second_factor_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.bad_idempotency_key"];
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.out_of_scope.role_required.second_factor_missing"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.too_large"];
            422: components["responses"]["422.idempotency_key_reused.invalid_input"];
            429: components["responses"]["429.rate_limited"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    health_health_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            422: components["responses"]["422.invalid_input"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.draining.outcome_unknown.store_unavailable"];
        };
    };
    detailed_health_detailed_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            401: components["responses"]["401.bad_token.not_authenticated.session_ended.token_expired"];
            403: components["responses"]["403.role_required.second_factor_missing"];
            422: components["responses"]["422.invalid_input"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    ready_health_ready_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            422: components["responses"]["422.invalid_input"];
            503: components["responses"]["503.bus_deaf.database_busy.database_exhausted.database_unavailable.draining.outcome_unknown.store_unavailable"];
        };
    };
    realtime_health_realtime_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            422: components["responses"]["422.invalid_input"];
            503: components["responses"]["503.database_busy.database_exhausted.database_unavailable.outcome_unknown.store_unavailable"];
        };
    };
    agent_heartbeatagent_heartbeat_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentBeat"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    agent_status_changedagent_status_changed_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentStatusChanged"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    data_updatedata_update_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DataUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    pdf_expiredpdf_expired_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PdfNamed"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    pdf_readypdf_ready_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PdfNamed"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    pdf_upload_progresspdf_upload_progress_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UploadShown"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    server_movingserver_moving_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServerMoving"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
