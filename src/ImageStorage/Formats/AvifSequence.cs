using ImageStorage.Providers;

using static ImageStorage.Formats.AvifBoxTypes;

namespace ImageStorage.Formats;

/// <summary>
/// Reads the <c>moov</c> box of an AVIF image sequence. A sequence without a still image has the size of its first
/// track of pictures (ISO/IEC 14496-12, 8.3.2), as in libavif. The samples of this track are the frames (8.7.3). A decoder
/// allocates for the samples of each track.
/// </summary>
internal static class AvifSequence
{
    // Fields of a sample entry before its dimensions (ISO/IEC 14496-12, 12.1.3).
    private const int BeforeDimensions = 24;
    private const int SampleEntryPrefix = 78;

    /// <summary>Reads the body of a <c>moov</c> box with all kept boxes.</summary>
    public static ImageHeaderResult Read(ReadOnlySpan<byte> moov, AvifDataLocations locations)
    {
        ImageHeaderResult? first = null;
        ImageHeader largest = default;
        uint frames = 0;
        var boxes = new IsoBoxes(moov);
        while (boxes.MoveNext())
        {
            if (boxes.Type != Trak || !IsPictures(boxes.Body, out bool isAuxiliary, out ReadOnlySpan<byte> header, out ReadOnlySpan<byte> samples))
            {
                continue;
            }

            ImageHeader size = ReadSize(header);
            largest = Larger(Larger(largest, size), ReadSamples(samples, locations, out uint count));
            if (first is null && !isAuxiliary)
            {
                first = size.PixelCount == 0 ? ImageHeaderResult.Invalid($"the track of pictures is {size.Width} x {size.Height}") : ImageHeaderResult.Complete(size);
                frames = count;
            }
        }

        return first is not { } result ? ImageHeaderResult.Invalid("it has neither a primary item nor a track of pictures")
            : result.State == ImageHeaderState.Complete ? ImageHeaderResult.Complete(result.Header, largest) with { FrameCount = frames <= int.MaxValue ? (int)frames : null }
            : result;
    }

    /// <summary>
    /// Returns whether the body of a handler box (8.4.3) declares data of the kind <paramref name="type"/>.
    /// </summary>
    public static bool IsHandler(ReadOnlySpan<byte> hdlr, uint type)
    {
        var fields = new IsoFields(hdlr);
        fields.Skip(8); // version, flags, reserved
        return fields.ReadUInt32() == type;
    }

    private static ImageHeader Larger(ImageHeader left, ImageHeader right) => right.PixelCount > left.PixelCount ? right : left;

    private static bool IsPictures(ReadOnlySpan<byte> trak, out bool isAuxiliary, out ReadOnlySpan<byte> header, out ReadOnlySpan<byte> samples)
    {
        header = default;
        samples = default;
        isAuxiliary = false;
        bool isPictures = false;
        var boxes = new IsoBoxes(trak);
        while (boxes.MoveNext())
        {
            if (boxes.Type == Tkhd)
            {
                header = boxes.Body;
            }
            else if (boxes.Type == Mdia)
            {
                var media = new IsoBoxes(boxes.Body);
                while (media.MoveNext())
                {
                    isAuxiliary |= media.Type == Hdlr && IsHandler(media.Body, Auxv);
                    isPictures |= media.Type == Hdlr && (IsHandler(media.Body, Pict) || IsHandler(media.Body, Vide));
                    samples = media.Type == Minf ? FindSamples(media.Body) : samples;
                }
            }
        }

        return isPictures || isAuxiliary;
    }

    private static ReadOnlySpan<byte> FindSamples(ReadOnlySpan<byte> minf)
    {
        var boxes = new IsoBoxes(minf);
        while (boxes.MoveNext())
        {
            if (boxes.Type == Stbl)
            {
                return boxes.Body;
            }
        }

        return default;
    }

    private static ImageHeader ReadSize(ReadOnlySpan<byte> tkhd)
    {
        var fields = new IsoFields(tkhd);
        byte version = fields.ReadVersion(out _);
        fields.Skip((version == 1 ? 32 : 20) + 52); // times, identifier, duration; layer, volume, matrix
        uint width = fields.ReadUInt32() >> 16; // 16.16 fixed point
        uint height = fields.ReadUInt32() >> 16;
        return fields.IsShort ? default : new ImageHeader((int)width, (int)height);
    }

    /// <summary>
    /// Reads the sizes of the sample entries, the location of the first sample, and the number of samples; 0 if the
    /// number is not stated, as in a track of fragments.
    /// </summary>
    private static ImageHeader ReadSamples(ReadOnlySpan<byte> stbl, AvifDataLocations locations, out uint count)
    {
        count = 0;
        ImageHeader largest = default;
        ulong offset = 0;
        uint length = 0;
        var boxes = new IsoBoxes(stbl);
        while (boxes.MoveNext())
        {
            var fields = new IsoFields(boxes.Body);
            fields.Skip(4); // version and flags
            switch (boxes.Type)
            {
                case Stsd:
                    fields.Skip(4); // the count, which the boxes themselves define
                    largest = Larger(largest, ReadEntries(fields.Rest, locations));
                    break;
                case Stsz:
                    length = fields.ReadUInt32(); // of all samples, or 0 and a table
                    count = fields.ReadUInt32();
                    length = length == 0 && count > 0 ? fields.ReadUInt32() : length;
                    break;
                case Stco or Co64 when fields.ReadUInt32() > 0:
                    offset = boxes.Type == Co64 ? fields.ReadSized(8) : fields.ReadUInt32();
                    break;
            }
        }

        if (offset is > 0 and < long.MaxValue / 4)
        {
            locations.Add(new AvifDataLocation(0, (long)offset, length, IsInDescription: false, AvifDataKind.Units));
        }

        return largest;
    }

    private static ImageHeader ReadEntries(ReadOnlySpan<byte> stsd, AvifDataLocations locations)
    {
        ImageHeader largest = default;
        var entries = new IsoBoxes(stsd);
        while (entries.MoveNext())
        {
            var fields = new IsoFields(entries.Body);
            fields.Skip(BeforeDimensions);
            largest = Larger(largest, new ImageHeader(fields.ReadUInt16(), fields.ReadUInt16()));
            var properties = new IsoBoxes(entries.Body.Length < SampleEntryPrefix ? default : entries.Body[SampleEntryPrefix..]);
            while (properties.MoveNext())
            {
                if (properties.Type == Av1C)
                {
                    largest = Larger(largest, AvifItemProperties.ReadConfiguration(properties.Body, locations));
                }
            }
        }

        return largest;
    }
}
