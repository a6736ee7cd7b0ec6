namespace ImageStorage.AspNetCore.Problems;

/// <summary>
/// A kind of problem that the endpoints report. The names are stable: clients compare them. Each name is a heading of
/// docs/guide/http.md.
/// </summary>
/// <param name="Name">The name, in lower case with hyphens.</param>
/// <param name="Status">The status code of the response.</param>
/// <param name="Title">The kind of problem as a short text, the same for each response.</param>
internal sealed record ProblemType(string Name, int Status, string Title)
{
    public static readonly ProblemType InvalidPath = new("invalid-path", 400, "The path of the request does not name an image.");
    public static readonly ProblemType InvalidKey = new("invalid-key", 400, "The key of the image is not valid.");
    public static readonly ProblemType InvalidCondition = new("invalid-condition", 400, "A conditional header is not valid.");
    public static readonly ProblemType InvalidForm = new("invalid-form", 400, "The form does not contain exactly one image.");
    public static readonly ProblemType InvalidImage = new("invalid-image", 400, "The bytes are not an acceptable image.");
    public static readonly ProblemType InvalidName = new("invalid-name", 400, "The file name is not valid.");
    public static readonly ProblemType InvalidRequest = new("invalid-request", 400, "The request is not valid.");
    public static readonly ProblemType UploadIncomplete = new("upload-incomplete", 400, "The upload ended too early or has another length than declared.");
    public static readonly ProblemType LinkInvalid = new("link-invalid", 403, "The request has no valid signature.");
    public static readonly ProblemType LinkExpired = new("link-expired", 403, "The link has expired.");
    public static readonly ProblemType Forbidden = new("forbidden", 403, "The request may not use this image.");
    public static readonly ProblemType CrossSite = new("cross-site", 403, "Another site may not send this form.");
    public static readonly ProblemType NotFound = new("not-found", 404, "There is no image under this key.");
    public static readonly ProblemType MethodNotAllowed = new("method-not-allowed", 405, "The endpoint does not allow this method.");
    public static readonly ProblemType UploadTimeout = new("upload-timeout", 408, "The upload took too long.");
    public static readonly ProblemType Conflict = new("conflict", 409, "Another operation holds the image.");
    public static readonly ProblemType VersionReplaced = new("version-replaced", 410, "The image has been replaced since the link was created.");
    public static readonly ProblemType ConditionFailed = new("condition-failed", 412, "The image has another version.");
    public static readonly ProblemType TooLarge = new("too-large", 413, "The image is too large.");
    public static readonly ProblemType UnsupportedType = new("unsupported-type", 415, "The type of the image is not accepted.");
    public static readonly ProblemType RangeNotSatisfiable = new("range-not-satisfiable", 416, "The range is outside of the image.");
    public static readonly ProblemType ClientClosed = new("client-closed", 499, "The client ended the request.");
    public static readonly ProblemType Failed = new("failed", 500, "The image could not be processed.");
    public static readonly ProblemType Damaged = new("damaged", 500, "The stored image is damaged.");
    public static readonly ProblemType Unavailable = new("unavailable", 503, "The storage is not available.");
    public static readonly ProblemType StorageFull = new("storage-full", 507, "The storage is full.");

    /// <summary>Gets all kinds of problems.</summary>
    public static IReadOnlyList<ProblemType> All { get; } =
    [
        InvalidPath, InvalidKey, InvalidCondition, InvalidForm, InvalidImage, InvalidName, InvalidRequest, UploadIncomplete, LinkInvalid, LinkExpired,
        Forbidden, CrossSite, NotFound, MethodNotAllowed, UploadTimeout, Conflict, VersionReplaced, ConditionFailed, TooLarge, UnsupportedType,
        RangeNotSatisfiable, ClientClosed, Failed, Damaged, Unavailable, StorageFull,
    ];

    /// <summary>Gets the member <c>type</c> of the problem details (RFC 9457).</summary>
    public string Type { get; } = $"docs/guide/http.md#{Name}";
}
