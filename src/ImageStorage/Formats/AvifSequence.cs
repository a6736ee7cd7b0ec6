using static ImageStorage.Formats.AvifBoxTypes;

namespace ImageStorage.Formats;

/// <summary>
/// The <c>moov</c> box of an AVIF image sequence that has no still image: the size is that of its first track of pictures
/// (ISO/IEC 14496-12, 8.3.2), as libavif takes it.
/// </summary>
internal static class AvifSequence
{
    /// <summary>Reads the body of a <c>moov</c> box that is wholly at hand.</summary>
    public static ImageHeaderResult Read(ReadOnlySpan<byte> moov)
    {
        var boxes = new IsoBoxes(moov);
        while (boxes.MoveNext())
        {
            if (boxes.Type == Trak && IsPictures(boxes.Body, out ReadOnlySpan<byte> header))
            {
                return ReadSize(header);
            }
        }

        return ImageHeaderResult.Invalid(boxes.IsBroken
            ? "a box in moov has an impossible size or reaches past its end"
            : "it has neither a primary item nor a track of pictures");
    }

    /// <summary>Whether the body of a handler box (8.4.3) says that its data are of the kind <paramref name="type"/>.</summary>
    public static bool IsHandler(ReadOnlySpan<byte> hdlr, uint type)
    {
        var fields = new IsoFields(hdlr);
        fields.Skip(8); // version, flags, reserved
        return fields.ReadUInt32() == type;
    }

    private static bool IsPictures(ReadOnlySpan<byte> trak, out ReadOnlySpan<byte> header)
    {
        header = default;
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
                    isPictures |= media.Type == Hdlr && (IsHandler(media.Body, Pict) || IsHandler(media.Body, Vide));
                }
            }
        }

        return isPictures;
    }

    private static ImageHeaderResult ReadSize(ReadOnlySpan<byte> tkhd)
    {
        var fields = new IsoFields(tkhd);
        byte version = fields.ReadVersion(out _);
        fields.Skip((version == 1 ? 32 : 20) + 52); // times, identifier, duration; layer, volume, matrix
        uint width = fields.ReadUInt32() >> 16; // 16.16 fixed point
        uint height = fields.ReadUInt32() >> 16;
        return fields.IsShort || width == 0 || height == 0
            ? ImageHeaderResult.Invalid($"the track of pictures is {width} x {height}")
            : ImageHeaderResult.Complete((int)width, (int)height);
    }
}
