using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <summary>
/// JPEG, ITU-T T.81; sections below are its annex B. The marker segments are walked through the frame header (SOFn) to the first scan (SOS). Large
/// application segments (EXIF with a thumbnail, ICC profiles, extended XMP) may put these hundreds of kilobytes into the file.
/// </summary>
/// <remarks>
/// Bytes between two segments that are no marker are skipped, as libjpeg, and with it every browser, does: some cameras pad their segments.
/// </remarks>
internal sealed class JpegFormat : ImageFormat
{
    private const byte Soi = 0xD8;
    private const byte Eoi = 0xD9;
    private const byte Sos = 0xDA;
    private const byte Tem = 0x01;
    private const byte Dht = 0xC4;
    private const byte JpgReserved = 0xC8;
    private const byte Dac = 0xCC;
    private const string BeforeScan = "the segments before the first scan (SOS)";

    public override string Name => "JPEG";

    public override string ContentType => "image/jpeg";

    public override IReadOnlyList<string> FileExtensions { get; } = Array.AsReadOnly([".jpg", ".jpeg", ".jpe", ".jfif"]);

    public override int SignatureLength => 3;

    public override bool Matches(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0xFF, Soi, 0xFF]);

    public override ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength)
    {
        var reader = new HeadReader(head, contentEnds, contentLength);
        if (!reader.Has(SignatureLength))
        {
            return reader.Missing(SignatureLength, "the start of image (SOI)");
        }

        return Matches(head) ? WalkToScan(reader) : ImageHeaderResult.Invalid("it does not begin with a start of image (SOI)");
    }

    private static ImageHeaderResult WalkToScan(in HeadReader reader)
    {
        ImageHeader? frame = null;
        int components = 0;
        int offset = 2;
        while (TryReadMarker(reader.Head, ref offset, out byte marker))
        {
            if (marker is Tem or (>= 0xD0 and <= 0xD7))
            {
                continue; // no segment follows these (B.1.1.3)
            }

            if (marker is Soi or Eoi or JpgReserved or < 0xC0)
            {
                return ImageHeaderResult.Invalid(marker == Eoi
                    ? "it has no image data: the end of image (EOI) comes before any scan"
                    : $"marker 0xFF{marker:X2} at byte {offset - 2} is not allowed before the first scan");
            }

            if (!reader.Has(offset + 2L))
            {
                return reader.Missing(offset + 2L, BeforeScan);
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(reader.Head[offset..]);
            long end = offset + (long)length;
            if (length < 2 || end > reader.ContentEnd)
            {
                return ImageHeaderResult.Invalid(length < 2
                    ? $"segment 0xFF{marker:X2} at byte {offset - 2} has length {length}, which is less than 2"
                    : $"the content is cut off: segment 0xFF{marker:X2} at byte {offset - 2} reaches to byte {end}, and the content ends at byte {reader.ContentEnd}");
            }

            bool isFrame = marker is >= 0xC0 and <= 0xCF and not (Dht or Dac);
            if ((isFrame || marker == Sos) && !reader.Has(end))
            {
                return reader.Missing(end, BeforeScan);
            }

            if (marker == Sos)
            {
                return CheckScan(reader, offset, length, frame, components);
            }

            if (isFrame)
            {
                if (frame is not null)
                {
                    return ImageHeaderResult.Invalid($"it has two frame headers before the first scan, the second at byte {offset - 2}");
                }

                ReadOnlySpan<byte> segment = reader.Head.Slice(offset, length);
                if (CheckFrame(segment, marker) is { } reason)
                {
                    return ImageHeaderResult.Invalid(reason);
                }

                components = segment[7];
                frame = new ImageHeader(BinaryPrimitives.ReadUInt16BigEndian(segment[5..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
            }

            if (!reader.Has(end))
            {
                return reader.Missing(end + 2, BeforeScan);
            }

            offset = (int)end;
        }

        return reader.MissingNext(BeforeScan);
    }

    /// <summary>
    /// Takes the next marker, which any number of 0xFF may precede (B.1.1.2), and leaves <paramref name="offset"/> behind it. False if
    /// the head ends first.
    /// </summary>
    private static bool TryReadMarker(ReadOnlySpan<byte> head, ref int offset, out byte marker)
    {
        int at = offset;
        while (at + 1 < head.Length)
        {
            // 0xFF00 stands for a data byte 0xFF, so it is no marker.
            if (head[at] == 0xFF && head[at + 1] is not (0x00 or 0xFF))
            {
                marker = head[at + 1];
                offset = at + 2;
                return true;
            }

            at++;
        }

        marker = 0;
        return false;
    }

    /// <summary>The reason for which a frame header (B.2.2), given from its length on, is refused, or null.</summary>
    private static string? CheckFrame(ReadOnlySpan<byte> segment, byte marker)
    {
        if (segment.Length < 8 || segment[7] is 0 or > 4 || segment.Length != 8 + (3 * segment[7]))
        {
            return segment.Length < 8
                ? $"the frame header (SOF) has length {segment.Length}, which is too short"
                : $"the frame header (SOF) has length {segment.Length} and {segment[7]} components, which do not agree";
        }

        // DCT: 8 or 12 bits; lossless (SOF3, 7, 11, 15): 2 to 16 (table B.2).
        int precision = segment[2];
        bool isLossless = (marker & 0x03) == 0x03;
        if (isLossless ? precision is < 2 or > 16 : precision is not (8 or 12))
        {
            return $"the sample precision of {precision} bits is not allowed";
        }

        int height = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(segment[5..]);
        if (width == 0 || height == 0)
        {
            return width != 0
                ? "the height is 0, that is, given behind the first scan (DNL), which hardly any decoder reads"
                : "the width is 0";
        }

        for (int i = 8; i < segment.Length; i += 3)
        {
            (int horizontal, int vertical, int table) = (segment[i + 1] >> 4, segment[i + 1] & 0x0F, segment[i + 2]);
            if (horizontal is < 1 or > 4 || vertical is < 1 or > 4 || table > 3)
            {
                return $"component {segment[i]} has sampling factors {horizontal} x {vertical} and quantization table {table}, which are not 1 to 4 and 0 to 3";
            }
        }

        return null;
    }

    /// <summary>Checks the scan header (B.2.3) at <paramref name="offset"/> and that some data follow it.</summary>
    private static ImageHeaderResult CheckScan(in HeadReader reader, int offset, int length, ImageHeader? frame, int components)
    {
        if (frame is null)
        {
            return ImageHeaderResult.Invalid("a scan (SOS) comes before the frame header (SOF)");
        }

        ReadOnlySpan<byte> segment = reader.Head.Slice(offset, length);
        if (length < 6 || segment[2] is 0 || segment[2] > components || length != 6 + (2 * segment[2]))
        {
            return ImageHeaderResult.Invalid($"the first scan header (SOS) has a length of {length}, which does not agree with its components");
        }

        int data = offset + length;
        if (!reader.Has(data + 2L))
        {
            return reader.Missing(data + 2L, "the first scan");
        }

        return reader.Head[data] == 0xFF && reader.Head[data + 1] == Eoi
            ? ImageHeaderResult.Invalid("it has no image data: the first scan is empty")
            : ImageHeaderResult.Complete(frame.Value);
    }
}
