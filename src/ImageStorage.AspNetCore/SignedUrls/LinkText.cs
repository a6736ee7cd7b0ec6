using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ImageStorage.AspNetCore.SignedUrls;

/// <summary>
/// The text of a link: the query that follows the path of the image. docs/design/signed-urls.md describes the format.
/// </summary>
/// <remarks>
/// The signature covers all terms, each with its length before it, so that no two lists of terms have the same bytes. There
/// is exactly one text for the same terms: a verifier writes the text again and compares both completely.
/// </remarks>
internal static class LinkText
{
    public const string Format = "1";
    private const string Purpose = "imagestorage-link";

    // The image itself. The field is reserved, so that a link to an image never allows a variant of the image.
    private const string NoVariant = "";
    private const int StackLimit = 1024;

    public static SearchValues<char> IdCharacters { get; } = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Returns the query of a link, without the question mark.</summary>
    public static string Write(in LinkTerms terms, ReadOnlySpan<byte> secret)
    {
        var expires = terms.Expires.ToString(CultureInfo.InvariantCulture);
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Sign(terms, expires, secret, signature);
        Span<char> text = stackalloc char[Base64Url.GetEncodedLength(HMACSHA256.HashSizeInBytes)];
        Base64Url.EncodeToChars(signature, text);
        var version = terms.Version.Length == 0 ? string.Empty : $"&t={Uri.EscapeDataString(terms.Version)}";
        var name = terms.DownloadName.Length == 0 ? string.Empty : $"&n={Uri.EscapeDataString(terms.DownloadName)}";
        return $"v={Format}&k={terms.KeyId}&e={expires}{version}{name}&s={text}";
    }

    /// <summary>
    /// Reads the terms that a link states about itself. The terms prove nothing before <see cref="Write"/> returns the same
    /// text.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<char> query, out (string KeyId, long Expires, string Version, string DownloadName) stated)
    {
        stated = (string.Empty, 0, string.Empty, string.Empty);
        foreach (var range in query.Split('&'))
        {
            var part = query[range];
            if (part.Length < 3 || part[1] != '=')
            {
                return false;
            }

            var value = part[2..];
            switch (part[0])
            {
                case 'k':
                    stated.KeyId = value.ToString();
                    break;
                case 'e' when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var expires):
                    stated.Expires = expires;
                    break;
                case 't':
                    stated.Version = Uri.UnescapeDataString(value);
                    break;
                case 'n':
                    stated.DownloadName = Uri.UnescapeDataString(value);
                    break;
                case 'v' or 's':
                    break;
                default:
                    return false;
            }
        }

        return stated.KeyId.Length > 0;
    }

    /// <summary>Compares two texts in a time that depends on their lengths alone.</summary>
    public static bool AreEqual(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(left), MemoryMarshal.AsBytes(right));

    private static void Sign(in LinkTerms terms, string expires, ReadOnlySpan<byte> secret, Span<byte> signature)
    {
        var action = terms.Action switch { ImageAction.Read => "read", ImageAction.Upload => "upload", _ => "delete" };
        var length = Encoding.UTF8.GetMaxByteCount(terms.Store.Length + terms.Key.Length + terms.Version.Length + terms.DownloadName.Length) + 256;
        byte[]? rented = null;
        var buffer = length <= StackLimit ? stackalloc byte[StackLimit] : (rented = ArrayPool<byte>.Shared.Rent(length));
        var position = 0;
        ReadOnlySpan<string> fields = [Purpose, Format, action, terms.Store, terms.Key, NoVariant, expires, terms.KeyId, terms.Version, terms.DownloadName];
        foreach (var field in fields)
        {
            var written = Encoding.UTF8.GetBytes(field, buffer[(position + sizeof(int))..]);
            BinaryPrimitives.WriteInt32BigEndian(buffer[position..], written);
            position += sizeof(int) + written;
        }

        HMACSHA256.HashData(secret, buffer[..position], signature);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}

/// <summary>The terms of a link.</summary>
/// <param name="Action">What the link allows.</param>
/// <param name="Store">The name of the store.</param>
/// <param name="Key">The key of the image.</param>
/// <param name="Expires">The time at which the link expires, in seconds since 1970.</param>
/// <param name="KeyId">The name of the key that signs.</param>
/// <param name="Version">The version that the link allows; empty for any version.</param>
/// <param name="DownloadName">The file name of the response; empty for none.</param>
internal readonly record struct LinkTerms(ImageAction Action, string Store, string Key, long Expires, string KeyId, string Version, string DownloadName);
