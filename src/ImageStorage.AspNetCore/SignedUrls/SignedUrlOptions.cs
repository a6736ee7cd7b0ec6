using System.Security.Cryptography;

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

/// <summary>Represents a key of signed URLs: a name and a secret. <see cref="ToString"/> does not show the secret.</summary>
public sealed class SignedUrlKey
{
    /// <summary>The minimum number of bytes of a secret.</summary>
    public const int MinSecretLength = 32;

    private const int MaxIdLength = 32;

    /// <summary>Creates a key from random bytes.</summary>
    /// <param name="id">The name of the key: 1 to 32 letters, digits, hyphens or underscores. Links contain the
    /// name.</param>
    /// <param name="secret">32 random bytes or more, such as of <see cref="RandomNumberGenerator.GetBytes(int)"/>.</param>
    /// <exception cref="ArgumentException">The name or the secret is not valid.</exception>
    public SignedUrlKey(string id, ReadOnlySpan<byte> secret)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length is 0 or > MaxIdLength || id.AsSpan().ContainsAnyExcept(SignedUrls.LinkText.IdCharacters))
        {
            throw new ArgumentException($"The name of a key of signed URLs has 1 to {MaxIdLength} letters, digits, hyphens or underscores.", nameof(id));
        }

        if (secret.Length < MinSecretLength)
        {
            throw new ArgumentException($"The secret of the key '{id}' has {secret.Length} bytes: use {MinSecretLength} random bytes or more.", nameof(secret));
        }

        (Id, Secret) = (id, secret.ToArray());
    }

    /// <summary>Creates a key from text, such as of a secret store.</summary>
    /// <param name="id">The name of the key: 1 to 32 letters, digits, hyphens or underscores. Links contain the
    /// name.</param>
    /// <param name="secret">32 random bytes or more in Base64.</param>
    /// <exception cref="ArgumentException">The name or the secret is not valid.</exception>
    public SignedUrlKey(string id, string secret)
        : this(id, Decode(id, secret))
    {
    }

    /// <summary>Gets the name of the key.</summary>
    public string Id { get; }

    internal byte[] Secret { get; }

    /// <summary>Returns the name of the key.</summary>
    public override string ToString() => $"SignedUrlKey '{Id}'";

    private static byte[] Decode(string id, string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        try
        {
            return Convert.FromBase64String(secret);
        }
        catch (FormatException)
        {
            throw new ArgumentException($"The secret of the key '{id}' is not Base64: write {MinSecretLength} random bytes or more in Base64, such as of 'openssl rand -base64 32'.", nameof(secret));
        }
    }
}
