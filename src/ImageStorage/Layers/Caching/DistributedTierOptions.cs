namespace ImageStorage;

/// <summary>
/// Options for the distributed tier of a cache: small images in the container's <c>IDistributedCache</c>, such as
/// Redis.
/// </summary>
public sealed class DistributedTierOptions
{
    /// <summary>
    /// Gets or sets a value that indicates whether the tier is used. The default is <see langword="false"/>. The
    /// container must have an <c>IDistributedCache</c>.
    /// </summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// Gets or sets the maximum number of bytes of one image. The default is 1 MiB; the maximum is 256 MiB.
    /// </summary>
    public long MaxItemBytes { get; set; } = 1 << 20;

    /// <summary>
    /// Gets or sets the timeout of one call. The default is 250 milliseconds; the maximum is one minute. A call that
    /// takes longer counts as a failure, and the image is read from the provider.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets or sets the first part of the names of all entries. The default is <c>imagestorage</c>.</summary>
    public string Prefix { get; set; } = "imagestorage";
}
