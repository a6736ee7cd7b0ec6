using System.Buffers.Binary;

namespace ImageStorage.Testing;

/// <summary>The boxes of an AVIF with one AV1 item, laid out as libavif writes them.</summary>
internal static class SampleAvif
{
    private const int DataLength = 64;

    public static byte[] Make(int width, int height, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        byte[] data = new byte[DataLength];
        SampleNoise.Fill(seed, 0, data);
        byte[] ftyp = Box("ftyp"u8, [.. "avif"u8, 0, 0, 0, 0, .. "avifmif1miaf"u8]);

        // The description has the same length whatever the offset in it is.
        int descriptionLength = Meta(width, height, 0).Length;
        byte[] meta = Meta(width, height, ftyp.Length + descriptionLength + 8);
        return [.. ftyp, .. meta, .. Box("mdat"u8, data)];
    }

    public static byte[] Box(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body) => [.. UInt32(8 + body.Length), .. type, .. body];

    private static byte[] Meta(int width, int height, int dataOffset)
    {
        byte[] hdlr = Box("hdlr"u8, [0, 0, 0, 0, 0, 0, 0, 0, .. "pict"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        byte[] pitm = Box("pitm"u8, [0, 0, 0, 0, 0, 1]);
        byte[] iloc = Box("iloc"u8, [0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1, .. UInt32(dataOffset), .. UInt32(DataLength)]);
        byte[] infe = Box("infe"u8, [2, 0, 0, 0, 0, 1, 0, 0, .. "av01"u8, 0]);
        byte[] iinf = Box("iinf"u8, [0, 0, 0, 0, 0, 1, .. infe]);
        byte[] ispe = Box("ispe"u8, [0, 0, 0, 0, .. UInt32(width), .. UInt32(height)]);
        byte[] pixi = Box("pixi"u8, [0, 0, 0, 0, 3, 8, 8, 8]);
        byte[] av1C = Box("av1C"u8, [0x81, 0x04, 0x0C, 0x00]);
        byte[] ipco = Box("ipco"u8, [.. ispe, .. pixi, .. av1C]);
        byte[] ipma = Box("ipma"u8, [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 3, 1, 2, 0x83]);
        byte[] iprp = Box("iprp"u8, [.. ipco, .. ipma]);
        return Box("meta"u8, [0, 0, 0, 0, .. hdlr, .. pitm, .. iloc, .. iinf, .. iprp]);
    }

    private static byte[] UInt32(int value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
