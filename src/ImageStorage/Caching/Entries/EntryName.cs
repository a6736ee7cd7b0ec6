using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ImageStorage.Caching.Entries;

/// <summary>
/// What an image is called outside of memory: a hash of the store and one of the key, so that stores which share a place do not mix, and no key becomes part of a path.
/// </summary>
/// <param name="Store">The store.</param>
/// <param name="Key">The image in it.</param>
internal readonly record struct EntryName(ulong Store, UInt128 Key)
{
    private const int StoreDigits = 16;
    private const int KeyDigits = 32;

    public static EntryName Of(ulong store, ImageKey key)
    {
        Span<byte> text = stackalloc byte[ImageKey.MaxBytes];
        var length = Encoding.UTF8.GetBytes(key.Value, text);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return new EntryName(store, System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    public static bool TryParse(ReadOnlySpan<char> text, out EntryName name)
    {
        name = default;
        if (text.Length != StoreDigits + 1 + KeyDigits || text[StoreDigits] != '-'
            || !ulong.TryParse(text[..StoreDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var store)
            || !UInt128.TryParse(text[(StoreDigits + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key))
        {
            return false;
        }

        name = new EntryName(store, key);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Store:x16}-{Key:x32}");
}
