<?php
/**
 * Plugin Name: Timeline
 * Description: Sends posts to a timeline: publishes, corrects with a note, and retracts what is moved to the trash.
 * Version: 0.1.0
 * Requires at least: 5.6
 * Requires PHP: 7.4
 * License: Apache-2.0
 *
 * In wp-config.php: define( 'TIMELINE_URL', 'https://timeline.example.org' ); define( 'TIMELINE_KEY', 'tl_…' );
 * The key needs the scope events:write.
 *
 * Custom fields of a post: timeline_story (slug), timeline_when (EDTF, such as 2024-06), timeline_status, and timeline_note, which says
 * why a published post is corrected. Posts without timeline_story are not sent.
 */

// After the fields and terms of the post are saved; save_post comes before, in the block editor.
add_action( 'wp_after_insert_post', 'timeline_saved', 10, 2 );
add_action( 'trashed_post', 'timeline_trashed' );
add_action( 'timeline_send_again', 'timeline_send' );
add_action( 'timeline_retract_again', 'timeline_trashed' );
add_action( 'admin_notices', 'timeline_notice' );

function timeline_saved( $post_id, $post ) {
	if ( wp_is_post_revision( $post_id ) || wp_is_post_autosave( $post_id ) || 'publish' !== $post->post_status ) {
		return;
	}
	timeline_send( $post_id );
}

/** Records the post, or corrects it if it has changed and has a note. */
function timeline_send( $post_id ) {
	$post  = get_post( $post_id );
	$story = $post ? get_post_meta( $post_id, 'timeline_story', true ) : '';
	if ( '' === $story || 'publish' !== $post->post_status ) {
		return;
	}
	$body = array( 'event' => timeline_event( $post, $story ) );
	$note = get_post_meta( $post_id, 'timeline_note', true );
	if ( '' !== $note ) {
		$body['note'] = $note;
	}
	// Written first, so that the event is looked for if its answer is lost and the post goes to the trash.
	update_post_meta( $post_id, '_timeline_sent', '1' );
	$answer = timeline_request( 'PUT', '/v1/events?id=' . rawurlencode( timeline_own_id( $post_id ) ), $body );
	timeline_settle( $post_id, $answer, 'timeline_send_again' );
	if ( timeline_is_done( $answer ) ) {
		update_post_meta( $post_id, '_timeline_event', $answer['body']['id'] );
		update_post_meta( $post_id, '_timeline_revision', $answer['body']['revision'] );
		// A note is for one correction. The next one needs its own.
		delete_post_meta( $post_id, 'timeline_note' );
	}
}

/** Takes the event of a post back. This is final: a post that is restored from the trash needs a copy to be published again. */
function timeline_trashed( $post_id ) {
	$post = get_post( $post_id );
	if ( ! $post || 'trash' !== $post->post_status ) {
		// It was taken from the trash before this was tried again.
		return;
	}
	$event    = get_post_meta( $post_id, '_timeline_event', true );
	$revision = get_post_meta( $post_id, '_timeline_revision', true );
	if ( '' === $event ) {
		if ( '' === get_post_meta( $post_id, '_timeline_sent', true ) ) {
			return;
		}
		$found = timeline_find( $post_id );
		if ( 404 === $found['status'] || 410 === $found['status'] ) {
			// It never arrived, or is gone.
			delete_post_meta( $post_id, '_timeline_error' );
			return;
		}
		if ( ! timeline_is_done( $found ) ) {
			timeline_settle( $post_id, $found, 'timeline_retract_again' );
			return;
		}
		$event    = $found['body']['id'];
		$revision = $found['body']['revision'];
	}
	$note   = get_post_meta( $post_id, 'timeline_note', true );
	$body   = array( 'note' => '' !== $note ? $note : 'The newsroom has withdrawn this.' );
	$answer = timeline_retract( $event, $revision, $body );
	if ( 412 === $answer['status'] ) {
		// Somebody has corrected it elsewhere.
		$latest = timeline_request( 'GET', "/v1/events/$event" );
		$answer = timeline_is_done( $latest ) ? timeline_retract( $event, $latest['body']['revision'], $body ) : $latest;
	}
	timeline_settle( $post_id, $answer, 'timeline_retract_again' );
}

/** The event of a post, by the id that it was sent with. */
function timeline_find( $post_id ) {
	$newsroom = timeline_request( 'GET', '/v1/newsroom' );
	if ( ! timeline_is_done( $newsroom ) ) {
		return $newsroom;
	}
	$source = '/newsrooms/' . $newsroom['body']['newsroom'];
	$id     = timeline_own_id( $post_id );
	return timeline_request( 'GET', '/v1/events?id=' . rawurlencode( $id ) . '&source=' . rawurlencode( $source ) );
}

function timeline_retract( $event, $revision, $body ) {
	return timeline_request( 'POST', "/v1/events/$event/retraction", $body, array( 'If-Match' => "\"$revision\"" ) );
}

/** The id of a post for good: other sites of the newsroom have posts of the same number. */
function timeline_own_id( $post_id ) {
	return wp_parse_url( home_url(), PHP_URL_HOST ) . "/$post_id";
}

function timeline_event( $post, $story ) {
	$edtf   = get_post_meta( $post->ID, 'timeline_when', true );
	$status = get_post_meta( $post->ID, 'timeline_status', true );
	$when   = array( 'edtf' => $edtf );
	$zone   = wp_timezone_string();
	// A time has its offset; a day is a day of a zone. A site may have an offset instead of a zone.
	if ( false === strpos( $edtf, 'T' ) && false !== strpos( $zone, '/' ) ) {
		$when['tz'] = $zone;
	}
	$data = array(
		'when'     => $when,
		'headline' => timeline_text( $post->post_title ),
		'language' => get_bloginfo( 'language' ),
		'status'   => '' !== $status ? $status : 'reported',
		'sources'  => array(
			array(
				'url'       => get_permalink( $post ),
				'publisher' => timeline_text( get_bloginfo( 'name' ) ),
			),
		),
	);
	if ( '' !== $post->post_excerpt ) {
		$data['summary'] = timeline_text( $post->post_excerpt );
	}
	return array(
		'type'    => 'development.reported',
		'subject' => $story,
		'data'    => $data,
	);
}

/** WordPress stores titles as HTML. */
function timeline_text( $html ) {
	return html_entity_decode( wp_strip_all_tags( $html ), ENT_QUOTES | ENT_HTML5, 'UTF-8' );
}

/** A request to the API: its status (0 if there is no response) and its body. */
function timeline_request( $method, $path, $body = null, $headers = array() ) {
	$headers['Authorization'] = 'Bearer ' . TIMELINE_KEY;
	$arguments                = array(
		'method'  => $method,
		'headers' => $headers,
		'timeout' => 10,
	);
	if ( null !== $body ) {
		$arguments['headers']['Content-Type'] = 'application/json';
		$arguments['body']                    = wp_json_encode( $body );
	}
	$response = wp_remote_request( TIMELINE_URL . $path, $arguments );
	if ( is_wp_error( $response ) ) {
		return array(
			'status' => 0,
			'body'   => array( 'detail' => $response->get_error_message() ),
		);
	}
	$decoded = json_decode( wp_remote_retrieve_body( $response ), true );
	return array(
		'status' => (int) wp_remote_retrieve_response_code( $response ),
		'body'   => is_array( $decoded ) ? $decoded : array(),
	);
}

function timeline_is_done( $answer ) {
	return 200 <= $answer['status'] && $answer['status'] < 300;
}

/** Keeps what went wrong, for the editor to see. What may go right later is sent again in five minutes. */
function timeline_settle( $post_id, $answer, $again ) {
	if ( timeline_is_done( $answer ) ) {
		delete_post_meta( $post_id, '_timeline_error' );
		return;
	}
	update_post_meta( $post_id, '_timeline_error', timeline_problem( $answer ) );
	if ( 0 === $answer['status'] || 429 === $answer['status'] || 500 <= $answer['status'] ) {
		wp_schedule_single_event( time() + 300, $again, array( $post_id ) );
	}
}

/** What is wrong, where, from a problem of the API (RFC 9457). */
function timeline_problem( $answer ) {
	$body   = $answer['body'];
	$detail = isset( $body['detail'] ) ? $body['detail'] : 'The timeline has sent no reason.';
	if ( isset( $body['changed'] ) ) {
		$detail = 'The record has another ' . implode( ', ', $body['changed'] ) . '. To correct it, say why in timeline_note.';
	}
	return 0 === $answer['status'] ? $detail : "{$answer['status']}: $detail";
}

function timeline_notice() {
	$post  = get_post();
	$error = $post ? get_post_meta( $post->ID, '_timeline_error', true ) : '';
	if ( '' !== $error ) {
		echo '<div class="notice notice-error"><p>Timeline: ' . esc_html( $error ) . '</p></div>';
	}
}
