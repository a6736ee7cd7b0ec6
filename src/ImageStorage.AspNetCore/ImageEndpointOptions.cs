using Microsoft.AspNetCore.Http;

namespace ImageStorage;

/// <summary>Options of the image endpoints. Not thread-safe; set the options while the endpoints are mapped.</summary>
public sealed class ImageEndpointOptions
{
    private const long MaxLength = 1L << 50;
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(1);

    /// <summary>Gets or sets the name of the store; the default is empty, the default store.</summary>
    public string Store { get; set; } = string.Empty;

    /// <summary>
    /// Gets or sets a value indicating whether clients may store images: with PUT, whose body is the image, and with POST
    /// of a form with one file. The default is <see langword="false"/>.
    /// </summary>
    public bool AllowUpload { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether clients may delete images. The default is <see langword="false"/>.
    /// </summary>
    public bool AllowDelete { get; set; }

    /// <summary>
    /// Gets or sets the maximum number of bytes of an uploaded image; the default is 33,554,432 (32 MiB). The limit replaces
    /// the limit of the server for request bodies. The maximum length of the store applies too.
    /// </summary>
    public long MaxUploadLength { get; set; } = 32L << 20;

    /// <summary>
    /// Gets or sets the maximum time in which a client must send an upload, up to 1 day; the default is 5 minutes. The minimum data rate
    /// of the server applies too.
    /// </summary>
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets or sets how long a browser or a shared cache may use an image without asking; the default is zero: a cache
    /// asks with the ETag each time. Set a longer time only if the images of the store are never replaced, or if clients
    /// may see an old version. A signed link is never cached longer than the link is valid.
    /// </summary>
    public TimeSpan CacheFor { get; set; }

    /// <summary>
    /// Gets or sets the authorization policy of reads with <see cref="ImageAccess.Authorized"/>; the default is
    /// <see langword="null"/>: the default policy of the application.
    /// </summary>
    public string? ReadPolicy { get; set; }

    /// <summary>
    /// Gets or sets the authorization policy of uploads and deletes with <see cref="ImageAccess.Authorized"/>; the default
    /// is <see langword="null"/>: the default policy of the application.
    /// </summary>
    public string? WritePolicy { get; set; }

    /// <summary>
    /// Gets or sets the function that decides whether a request may use a key, such as the keys below the folder of the
    /// user; the default is <see langword="null"/>: all keys. Called before the store is asked, with every
    /// <see cref="ImageAccess"/>. The response to <see langword="false"/> is 403.
    /// </summary>
    public Func<HttpContext, ImageKey, ImageAction, ValueTask<bool>>? AuthorizeKey { get; set; }

    /// <summary>
    /// Gets or sets the function that names an image that a form posts to the endpoint itself, without a key in the path;
    /// the default is <see cref="ImageKey.New()"/>.
    /// </summary>
    public Func<HttpContext, ImageKey> NewKey { get; set; } = _ => ImageKey.New();

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Store);
        ArgumentNullException.ThrowIfNull(NewKey);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxUploadLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxUploadLength, MaxLength);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(UploadTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(UploadTimeout, MaxTimeout);
        ArgumentOutOfRangeException.ThrowIfLessThan(CacheFor, TimeSpan.Zero);
    }
}
