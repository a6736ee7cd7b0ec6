using System.Security.Cryptography;
using ImageStorage.AspNetCore.SignedUrls;

namespace ImageStorage;

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
        if (id.Length is 0 or > MaxIdLength || id.AsSpan().ContainsAnyExcept(LinkText.IdCharacters))
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
