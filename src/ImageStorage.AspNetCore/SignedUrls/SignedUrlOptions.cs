namespace ImageStorage;

/// <summary>Options of the signed URLs of a store.</summary>
public sealed class SignedUrlOptions
{
    /// <summary>
    /// Gets the keys. The first key signs; all keys verify. To rotate, insert a new key before the others, and remove the
    /// old key when its last link has expired. Removing a key ends all links of the key at once.
    /// </summary>
    public IList<SignedUrlKey> Keys { get; } = [];

    /// <summary>Gets or sets the validity of a link without a time of its own; the default is 5 minutes.</summary>
    public TimeSpan ValidFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets or sets the address of the image endpoints, such as <c>https://example.com/images</c> or <c>/images</c>; the
    /// default is <see langword="null"/>: the path of the <c>MapImages</c> call of this application with
    /// <see cref="ImageAccess.Signed"/>. Set the address if the application has a path base, or if another application has
    /// the endpoints.
    /// </summary>
    public string? BaseUrl { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether links to read are URLs of the provider where the provider signs URLs and no
    /// layer changes the stored bytes, so that clients read directly from the backend. The default is
    /// <see langword="true"/>. Links with a version or a file name, and links over 6 days, always lead to the application.
    /// </summary>
    public bool UseProviderUrls { get; set; } = true;
}
