using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ImageStorage.Caching.Entries;

/// <summary>
/// The name of an image in a shared tier: the identity of the store and a hash of the key. Stores that share a folder
/// or a server do not mix, and no key becomes part of a path.
/// </summary>
/// <param name="Store">The identity of the store.</param>
/// <param name="Key">The hash of the image's key.</param>
internal readonly record struct EntryName(UInt128 Store, UInt128 Key)
{
    private const int StoreDigits = 32;
    private const int KeyDigits = 32;

    public static EntryName Of(UInt128 store, ImageKey key) => new(store, HashOf(key));

    /// <summary>Returns the hash of a key, which is the same in every store.</summary>
    public static UInt128 HashOf(ImageKey key)
    {
        Span<byte> text = stackalloc byte[ImageKey.MaxBytes];
        var length = Encoding.UTF8.GetBytes(key.Value, text);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    public static bool TryParse(ReadOnlySpan<char> text, out EntryName name)
    {
        name = default;
        if (text.Length != StoreDigits + 1 + KeyDigits || text[StoreDigits] != '-'
            || !UInt128.TryParse(text[..StoreDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var store)
            || !UInt128.TryParse(text[(StoreDigits + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key))
        {
            return false;
        }

        name = new EntryName(store, key);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Store:x32}-{Key:x32}");
}
