using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <summary>
/// AVIF, "AV1 Image File Format (AVIF)" of the Alliance for Open Media on top of HEIF (ISO/IEC 23008-12) and the ISO
/// base media file format (ISO/IEC 14496-12); see <see cref="AvifScanner"/>.
/// </summary>
internal sealed class AvifFormat : ScannedFormat
{
    /// <summary>Major brand, minor version and 60 compatible brands; files in the wild have 3 to 8.</summary>
    public const int MaxFtypSize = 256;

    private const int BoxHeaderSize = 8;
    private const int LargeBoxHeaderSize = 16;
    private const int BrandSize = 4;

    public override string Name => "AVIF";

    public override string ContentType => "image/avif";

    public override IReadOnlyList<string> FileExtensions { get; } = Array.AsReadOnly([".avif", ".avifs"]);

    public override int SignatureLength => MaxFtypSize;

    public override bool Matches(ReadOnlySpan<byte> head) => HasBrand(head, AvifBoxTypes.Avif) || HasBrand(head, AvifBoxTypes.Avis);

    /// <summary>
    /// Returns whether the content begins with a file type box that names the brand, as major or compatible brand.
    /// </summary>
    public static bool HasBrand(ReadOnlySpan<byte> head, uint brand)
    {
        if (head.Length < LargeBoxHeaderSize || BinaryPrimitives.ReadUInt32BigEndian(head[4..]) != AvifBoxTypes.Ftyp)
        {
            return false;
        }

        int end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(head), (uint)Math.Min(head.Length, MaxFtypSize));
        for (int at = BoxHeaderSize; at + BrandSize <= end; at += BrandSize)
        {
            // The four bytes after the major brand are a version.
            if (at != BoxHeaderSize + BrandSize && BinaryPrimitives.ReadUInt32BigEndian(head[at..]) == brand)
            {
                return true;
            }
        }

        return false;
    }

    protected override HeaderScanner CreateScanner() => new AvifScanner();
}
