using CsCheck;

namespace ImageStorage.Tests.Content;

public class ReadOnlyMemoryStreamTests
{
    private static readonly byte[] Bytes = ContentHasherTests.Bytes(1_000, 1);

    // MemoryStream is the model.
    [Test]
    public void Reads_and_seeks_do_what_those_of_a_memory_stream_do() => Gen.Select(Gen.Int[0, 4], Gen.Int[0, 1_000], Gen.Int[0, 300]).Array[1, 30].Sample(steps =>
    {
        using var stream = new ReadOnlyMemoryStream(Bytes);
        using var model = new MemoryStream(Bytes, writable: false);
        foreach (var (what, position, count) in steps)
        {
            byte[] read = new byte[count], expected = new byte[count];
            var same = what switch
            {
                0 => stream.Read(read) == model.Read(expected),
                1 => stream.Read(read, 0, count) == model.Read(expected, 0, count),
                2 => stream.ReadByte() == model.ReadByte(),
                3 => stream.Seek(position, SeekOrigin.Begin) == model.Seek(position, SeekOrigin.Begin),
                _ => stream.Seek(-position, SeekOrigin.End) == model.Seek(-position, SeekOrigin.End),
            };
            if (!same || !read.AsSpan().SequenceEqual(expected) || stream.Position != model.Position)
            {
                return false;
            }
        }

        return stream.Length == model.Length;
    });

    [Test]
    public async Task CopyTo_gives_all()
    {
        using var stream = new ReadOnlyMemoryStream(Bytes);
        using var copy = new MemoryStream();

        await stream.CopyToAsync(copy);

        Assert.That(copy.ToArray(), Is.EqualTo(Bytes));
    }

    [TestCase(2_000, 1_000)]
    [TestCase(-5, 0)]
    public void Seek_beyond_an_end_stops_at_the_end(int target, int position)
    {
        using var stream = new ReadOnlyMemoryStream(Bytes);

        Assert.That(stream.Seek(target, SeekOrigin.Begin), Is.EqualTo(position));
        Assert.That(stream.Position, Is.EqualTo(position));
    }

    [Test]
    public void Writing_is_not_supported()
    {
        using var stream = new ReadOnlyMemoryStream(Bytes);

        Assert.That((stream.CanRead, stream.CanSeek, stream.CanWrite), Is.EqualTo((true, true, false)));
        Assert.That(() => stream.Write([1], 0, 1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.SetLength(1), Throws.TypeOf<NotSupportedException>());
        Assert.That(stream.Flush, Throws.Nothing);
    }

    [Test]
    public void Read_with_a_cancelled_token_is_cancelled_and_reads_nothing()
    {
        using var stream = new ReadOnlyMemoryStream(Bytes);

        Assert.That(async () => await stream.ReadAsync(new byte[5], new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(stream.Position, Is.Zero);
    }
}
