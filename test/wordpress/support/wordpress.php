<?php
// A stand-in for the functions of WordPress that the example uses. Posts and their fields are in $GLOBALS['site'], which the test keeps
// from one request of a browser to the next. HTTP goes to the program that runs this.

$GLOBALS['site']    = json_decode( file_get_contents( '/site.json' ), true );
$GLOBALS['actions'] = array();

define( 'TIMELINE_URL', $GLOBALS['site']['url'] );
define( 'TIMELINE_KEY', $GLOBALS['site']['key'] );

class WP_Error {
	private $message;
	public function __construct( $message ) {
		$this->message = $message;
	}
	public function get_error_message() {
		return $this->message;
	}
}

function add_action( $hook, $callback, $priority = 10, $accepted = 1 ) {
	$GLOBALS['actions'][ $hook ][] = array( $callback, $accepted );
}
function do_action( $hook, ...$values ) {
	foreach ( $GLOBALS['actions'][ $hook ] as list( $callback, $accepted ) ) {
		$callback( ...array_slice( $values, 0, $accepted ) );
	}
}
function get_post( $post_id = null ) {
	$post_id = $post_id ?? $GLOBALS['site']['current'];
	return isset( $GLOBALS['site']['posts'][ $post_id ] ) ? (object) $GLOBALS['site']['posts'][ $post_id ] : null;
}
function get_post_meta( $post_id, $key, $single ) {
	return $GLOBALS['site']['meta'][ $post_id ][ $key ] ?? '';
}
function update_post_meta( $post_id, $key, $value ) {
	$GLOBALS['site']['meta'][ $post_id ][ $key ] = (string) $value;
}
function delete_post_meta( $post_id, $key ) {
	unset( $GLOBALS['site']['meta'][ $post_id ][ $key ] );
}
function wp_is_post_revision( $post_id ) {
	return 'revision' === get_post( $post_id )->post_type;
}
function wp_is_post_autosave( $post_id ) {
	return false;
}
function wp_timezone_string() {
	return 'Europe/Oslo';
}
function get_bloginfo( $show ) {
	return 'language' === $show ? 'en-GB' : 'Harbour &amp; News';
}
function get_permalink( $post ) {
	return "https://news.example.org/?p={$post->ID}";
}
function home_url() {
	return 'https://news.example.org';
}
function wp_parse_url( $url, $component ) {
	return parse_url( $url, $component );
}
function wp_strip_all_tags( $text ) {
	return trim( strip_tags( $text ) );
}
function wp_json_encode( $value ) {
	return json_encode( $value );
}
function esc_html( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}
function wp_schedule_single_event( $time, $hook, $values ) {
	$GLOBALS['site']['scheduled'][] = array( $hook, $values );
}
function wp_remote_request( $url, $arguments ) {
	$response = json_decode( post_message_to_js( json_encode( array( $url, $arguments ) ) ), true );
	return isset( $response['error'] ) ? new WP_Error( $response['error'] ) : $response;
}
function is_wp_error( $value ) {
	return $value instanceof WP_Error;
}
function wp_remote_retrieve_response_code( $response ) {
	return $response['status'];
}
function wp_remote_retrieve_body( $response ) {
	return $response['body'];
}

require '/timeline.php';
