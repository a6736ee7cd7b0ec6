using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <summary>
/// AVIF, "AV1 Image File Format (AVIF)" of the Alliance for Open Media on top of HEIF (ISO/IEC 23008-12) and the ISO base media file format
/// (ISO/IEC 14496-12). The top-level boxes are walked to the <c>meta</c> box, of a sequence without one to the <c>moov</c> box, which is read
/// whole and never descended into deeper than it has a meaning.
/// </summary>
/// <remarks>
/// The dimensions are those of the primary item as stored (<c>ispe</c>): <c>irot</c>, <c>imir</c> and <c>clap</c> are not applied. The format
/// allows the description to stand behind the image data; such a file needs a head that long.
/// </remarks>
internal sealed class AvifFormat : ImageFormat
{
    private const int BoxHeaderSize = 8;
    private const int LargeBoxHeaderSize = 16;
    private const int BrandSize = 4;

    // Major brand, minor version and 60 compatible brands; files in the wild have 3 to 8.
    private const int MaxFtypSize = 256;

    public override string Name => "AVIF";

    public override string ContentType => "image/avif";

    public override IReadOnlyList<string> FileExtensions { get; } = Array.AsReadOnly([".avif", ".avifs"]);

    public override int SignatureLength => MaxFtypSize;

    public override bool Matches(ReadOnlySpan<byte> head) => HasBrand(head, AvifBoxTypes.Avif) || HasBrand(head, AvifBoxTypes.Avis);

    public override ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength)
    {
        var reader = new HeadReader(head, contentEnds, contentLength);
        if (!reader.Has(LargeBoxHeaderSize))
        {
            return reader.Missing(LargeBoxHeaderSize, "the file type box (ftyp)");
        }

        // Compatible brands may be behind a short head.
        long ftypSize = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(head), MaxFtypSize);
        if (!reader.Has(ftypSize))
        {
            return reader.Missing(ftypSize, "the file type box (ftyp)");
        }

        return Matches(head) ? WalkTopLevel(reader) : ImageHeaderResult.Invalid("the file type box (ftyp) names neither brand avif nor avis");
    }

    /// <summary>Whether content begins with a file type box that names the brand, as the major one or a compatible one.</summary>
    private static bool HasBrand(ReadOnlySpan<byte> head, uint brand)
    {
        if (head.Length < LargeBoxHeaderSize || BinaryPrimitives.ReadUInt32BigEndian(head[4..]) != AvifBoxTypes.Ftyp)
        {
            return false;
        }

        int end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(head), (uint)Math.Min(head.Length, MaxFtypSize));
        for (int at = BoxHeaderSize; at + BrandSize <= end; at += BrandSize)
        {
            // The four bytes behind the major brand are a version.
            if (at != BoxHeaderSize + BrandSize && BinaryPrimitives.ReadUInt32BigEndian(head[at..]) == brand)
            {
                return true;
            }
        }

        return false;
    }

    private static ImageHeaderResult WalkTopLevel(in HeadReader reader)
    {
        const string Description = "the boxes before the image description (meta)";
        ReadOnlySpan<byte> head = reader.Head;
        bool isSequence = HasBrand(head, AvifBoxTypes.Avis);
        long offset = 0;
        while (offset != reader.ContentEnd)
        {
            if (!reader.Has(offset + BoxHeaderSize))
            {
                return reader.Missing(offset + BoxHeaderSize, Description);
            }

            ulong size = BinaryPrimitives.ReadUInt32BigEndian(head[(int)offset..]);
            uint type = BinaryPrimitives.ReadUInt32BigEndian(head[((int)offset + 4)..]);
            bool isLast = size == 0; // up to the end of the content, wherever that is
            int headerSize = BoxHeaderSize;
            if (size == 1)
            {
                headerSize = LargeBoxHeaderSize;
                if (!reader.Has(offset + headerSize))
                {
                    return reader.Missing(offset + headerSize, Description);
                }

                size = BinaryPrimitives.ReadUInt64BigEndian(head[((int)offset + BoxHeaderSize)..]);
            }

            if (!isLast && (size < (ulong)headerSize || size > (ulong)(reader.ContentEnd - offset)))
            {
                return ImageHeaderResult.Invalid(size < (ulong)headerSize
                    ? $"box {FourCc.ToText(type)} at byte {offset} has the impossible size {size}"
                    : $"the content is cut off: box {FourCc.ToText(type)} at byte {offset} has {size} bytes, and the content ends at byte {reader.ContentEnd}");
            }

            long end = isLast ? reader.ContentEnd : offset + (long)size;
            if (type == AvifBoxTypes.Meta || (type == AvifBoxTypes.Moov && isSequence))
            {
                if (!reader.Has(end))
                {
                    return isLast && !reader.IsEndKnown ? reader.MissingNext(Description) : reader.Missing(end, $"box {FourCc.ToText(type)}");
                }

                ReadOnlySpan<byte> body = head[((int)offset + headerSize)..(int)end];
                if (type == AvifBoxTypes.Moov)
                {
                    return AvifSequence.Read(body);
                }

                // A sequence may have a meta box that describes no still image.
                if (!isSequence || AvifItems.HasPrimary(body))
                {
                    return AvifItems.Read(body, reader.ContentEnd);
                }
            }
            else if (isLast)
            {
                break;
            }

            offset = end;
        }

        return ImageHeaderResult.Invalid("it has no image description (meta)");
    }
}
