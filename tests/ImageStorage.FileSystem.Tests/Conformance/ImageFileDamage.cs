using System.Buffers.Binary;
using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>Damages the bytes of an image file.</summary>
internal static class ImageFileDamage
{
    private const int PayloadLengthOffset = 16;

    public static byte[] Apply(byte[] file, StoreDamage damage)
    {
        var payloadLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(file.Length - ImageFileFormat.TrailerLength + PayloadLengthOffset));
        if (damage == StoreDamage.Truncated)
        {
            return file[..(payloadLength - 1)];
        }

        var damaged = file.ToArray();
        damaged[payloadLength / 2] ^= 0x10;
        return damaged;
    }
}
