using System.IO.Compression;
using ImageStorage.Providers;
using ImageStorage.Testing;
using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>
/// The samples that other tests use. Pillow has decoded all of them. Alone, because one test counts the allocations of the
/// process.
/// </summary>
[NonParallelizable]
public sealed class SampleImagesTests
{
    [TestCase(1, 1)]
    [TestCase(17, 33)]
    [TestCase(1000, 3)]
    public void Samples_have_the_dimensions_asked_for_and_depend_on_the_seed_alone(int width, int height)
    {
        Func<int, int, int, byte[]>[] makers = [SampleImages.Jpeg, SampleImages.Png, SampleImages.WebP, SampleImages.Gif, SampleImages.Avif];
        foreach ((Func<int, int, int, byte[]> make, ImageFormat format) in makers.Zip(ImageFormats.Default))
        {
            byte[] sample = make(width, height, 5);
            format.ReadWhole(sample).ShouldBe(width, height);
            Assert.That(make(width, height, 5), Is.EqualTo(sample));
            Assert.That(make(width, height, 6), Is.Not.EqualTo(sample));
        }
    }

    [Test]
    public void PngClaiming_is_small_whatever_it_claims()
    {
        byte[] content = SampleImages.PngClaiming(100_000, 100_000);
        ImageFormats.Png.ReadWhole(content).ShouldBe(100_000, 100_000);
        Assert.That(content, Has.Length.LessThan(100));
    }

    [Test]
    public void OfLength_has_exactly_that_many_bytes_and_every_chunk_of_it_is_sound()
    {
        foreach (int length in Enumerable.Range(SampleImages.MinimumLength, 200).Append(100_003))
        {
            byte[] content = SampleImages.OfLength(length, 3);
            Assert.That(content, Has.Length.EqualTo(length));
            ImageFormats.Png.ReadWhole(content).ShouldBe(16, 16);
            int at = 8;
            while (at < length)
            {
                int size = (int)content.U32At(at);
                string type = System.Text.Encoding.ASCII.GetString(content, at + 4, 4);
                byte[] data = content[(at + 8)..(at + 8 + size)];
                Assert.That(content.AsSpan(at, 12 + size).SequenceEqual(Chunk(type, data)), Is.True, $"{type} of {length}");
                if (type == "IDAT")
                {
                    using var pixels = new MemoryStream();
                    using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
                    zlib.CopyTo(pixels);
                    Assert.That(pixels.Length, Is.EqualTo(16 * 17));
                }

                at += 12 + size;
            }
        }
    }

    [Test]
    public void StreamOfLength_reads_the_same_bytes_from_every_position_in_any_pieces()
    {
        const int Length = 20_011;
        byte[] whole = SampleImages.OfLength(Length, 9);
        using Stream stream = SampleImages.StreamOfLength(Length, 9);
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            int at = random.Next(Length);
            byte[] piece = new byte[1 + random.Next(300)];
            stream.Position = at;
            int read = stream.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
            Assert.That(read, Is.EqualTo(Math.Min(piece.Length, Length - at)));
            Assert.That(piece.AsSpan(0, read).SequenceEqual(whole.AsSpan(at, read)), Is.True);
        }

        stream.Position = Length;
        Assert.That(stream.ReadByte(), Is.EqualTo(-1));
        Assert.That(SampleImages.OfLength(Length, 8), Is.Not.EqualTo(whole));
    }

    [Test]
    public async Task StreamOfLength_of_fifty_megabytes_takes_no_memory_of_that_size()
    {
        const long Length = 50L * 1024 * 1024;
        await using Stream stream = SampleImages.StreamOfLength(Length, 1);
        byte[] piece = new byte[64 * 1024];
        long before = GC.GetTotalAllocatedBytes();
        long total = 0;
        int read;
        while ((read = await stream.ReadAsync(piece)) > 0)
        {
            total += read;
        }

        Assert.That(total, Is.EqualTo(Length));
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(10L * 1024 * 1024));
    }

    [Test]
    public void OfLength_of_too_few_bytes_is_refused() =>
        Assert.That(() => SampleImages.OfLength(SampleImages.MinimumLength - 1), Throws.TypeOf<ArgumentOutOfRangeException>());
}
