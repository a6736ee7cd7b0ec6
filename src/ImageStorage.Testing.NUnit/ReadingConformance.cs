using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests reading: correct streams, independent of each other, each of one version during concurrent writes (P2).
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class ReadingConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const int Length = 150_001;

    [Test]
    public async Task Reading_what_is_not_there_answers_null()
    {
        await AssertMissingAsync("a.png");
        Assert.That(await Storage.GetBytesAsync("a.png"), Is.Null);
        Assert.That(await Storage.ExistsAsync("a.png"), Is.False);
        Assert.That(await Storage.CopyToAsync("a.png", Stream.Null), Is.Null);
    }

    [TestCase("a")]
    [TestCase("a/b")]
    [TestCase("a/b/c.png/d")]
    [TestCase("a/b/c")]
    [TestCase("a/b/C.png")]
    [TestCase("b/c.png")]
    public async Task Reading_a_neighbour_of_what_is_there_answers_null(string key)
    {
        await SaveAsync("a/b/c.png");

        await AssertMissingAsync(key);
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(4_096)]
    [TestCase(100_000)]
    [TestCase(1_000_000)]
    public async Task Stream_gives_all_bytes_to_reads_of_any_size(int size)
    {
        var expected = Image(1, size == 1 ? 3_000 : Length);
        await Storage.SaveBytesAsync("a.png", expected);

        AssertBytes(await ReadAllAsync(size, sync: true), expected);
        AssertBytes(await ReadAllAsync(size, sync: false), expected);
    }

    [Test]
    public async Task Stream_gives_all_bytes_to_CopyTo_and_CopyToAsync()
    {
        var expected = Image(2, Length);
        await Storage.SaveBytesAsync("a.png", expected);
        await using var first = await Storage.GetAsync("a.png");
        await using var second = await Storage.GetAsync("a.png");
        using var copy = new MemoryStream();
        using var asyncCopy = new MemoryStream();

        // The test covers both ways.
#pragma warning disable CA1849
        first!.Content.CopyTo(copy);
#pragma warning restore CA1849
        await second!.Content.CopyToAsync(asyncCopy);

        AssertBytes(copy.ToArray(), expected);
        AssertBytes(asyncCopy.ToArray(), expected);
    }

    [Test]
    public async Task Stream_gives_bytes_to_mixed_reads()
    {
        var expected = Image(3, Length);
        await Storage.SaveBytesAsync("a.png", expected);
        await using var image = await Storage.GetAsync("a.png");
        var read = new List<byte> { (byte)image!.Content.ReadByte() };
        var buffer = new byte[1_000];

        await image.Content.ReadExactlyAsync(buffer.AsMemory(0, 333));
        read.AddRange(buffer[..333]);
        read.Add((byte)image.Content.ReadByte());
        // The test mixes synchronous and asynchronous reads.
#pragma warning disable CA1849, CA1835
        image.Content.ReadExactly(buffer, 10, 500);
        read.AddRange(buffer[10..510]);
        var some = await image.Content.ReadAsync(buffer, 5, 900);
#pragma warning restore CA1849, CA1835
        read.AddRange(buffer[5..(5 + some)]);
        using var rest = new MemoryStream();
        await image.Content.CopyToAsync(rest);

        AssertBytes([.. read, .. rest.ToArray()], expected);
    }

    [Test]
    public async Task Stream_at_its_end_gives_nothing_however_often_it_is_asked()
    {
        await SaveAsync("a.png", 4);
        await using var image = await Storage.GetAsync("a.png");
        await image!.Content.CopyToAsync(Stream.Null);

        Assert.That(await image.Content.ReadAsync(new byte[10]), Is.Zero);
        Assert.That(image.Content.ReadByte(), Is.EqualTo(-1));
        Assert.That(await image.Content.ReadAsync(new byte[10]), Is.Zero);
    }

    [Test]
    public async Task Stream_read_into_an_empty_buffer_stays_where_it_is()
    {
        await SaveAsync("a.png", 5);
        await using var image = await Storage.GetAsync("a.png");

        Assert.That(await image!.Content.ReadAsync(Memory<byte>.Empty), Is.Zero);

        using var all = new MemoryStream();
        await image.Content.CopyToAsync(all);
        AssertBytes(all.ToArray(), Image(5));
    }

    [Test]
    public async Task Stream_can_be_read_and_not_written()
    {
        await SaveAsync("a.png", 6);
        await using var image = await Storage.GetAsync("a.png");

        Assert.That((image!.Content.CanRead, image.Content.CanWrite), Is.EqualTo((true, false)));
        Assert.That(() => image.Content.Write([1], 0, 1), Throws.InstanceOf<NotSupportedException>());
        Assert.That(() => image.Content.SetLength(1), Throws.InstanceOf<NotSupportedException>());
        await AssertHoldsAsync("a.png", Image(6));
    }

    [Test]
    public async Task Stream_that_seeks_does_it_right()
    {
        var expected = Image(7, Length);
        await Storage.SaveBytesAsync("a.png", expected);
        await using var image = await Storage.GetAsync("a.png");
        var stream = image!.Content;
        if (!stream.CanSeek)
        {
            Assert.That(() => stream.Position = 0, Throws.InstanceOf<NotSupportedException>());
            return;
        }

        Assert.That(stream.Length, Is.EqualTo(Length));
        foreach (var position in new[] { 100_000, 5, Length - 1, 65_536, 0 })
        {
            Assert.That(stream.Seek(position, SeekOrigin.Begin), Is.EqualTo(position));
            Assert.That(stream.ReadByte(), Is.EqualTo(expected[position]));
            Assert.That(stream.Position, Is.EqualTo(position + 1));
        }

        stream.Seek(-3, SeekOrigin.End);
        Assert.That(stream.ReadByte(), Is.EqualTo(expected[^3]));
    }

    [Test]
    public async Task Two_streams_of_one_image_are_independent()
    {
        var expected = Image(8, Length);
        await Storage.SaveBytesAsync("a.png", expected);
        await using var first = await Storage.GetAsync("a.png");
        var second = await Storage.GetAsync("a.png");
        var start = new byte[1_000];

        await first!.Content.ReadExactlyAsync(start);
        await second!.Content.ReadExactlyAsync(new byte[70_000]);
        await second.DisposeAsync();
        using var rest = new MemoryStream();
        await first.Content.CopyToAsync(rest);

        AssertBytes([.. start, .. rest.ToArray()], expected);
    }

    [TestCase(500)]
    [TestCase(400_000)]
    public async Task Stream_keeps_its_version_through_an_overwrite(int length)
    {
        var old = Image(9, length);
        await Storage.SaveBytesAsync("a.png", old);
        await using var image = await Storage.GetAsync("a.png");
        var start = new byte[100];
        await image!.Content.ReadExactlyAsync(start);

        await Storage.SaveBytesAsync("a.png", Image(10, length + 1));

        using var rest = new MemoryStream();
        await image.Content.CopyToAsync(rest);
        Assert.That(image.Info.Digest, Is.EqualTo(PieceContent.DigestOf(old)));
        AssertBytes([.. start, .. rest.ToArray()], old);
    }

    [TestCase(500)]
    [TestCase(400_000)]
    public async Task Stream_keeps_its_version_through_an_update_and_a_delete(int length)
    {
        var old = Image(11, length);
        await Storage.SaveBytesAsync("a.png", old, new SaveOptions { FileName = "old.png" });
        await using var image = await Storage.GetAsync("a.png");

        await Storage.UpdateAsync("a.png", new ImageUpdate { FileName = "new.png" });
        await Storage.DeleteAsync("a.png");

        using var all = new MemoryStream();
        await image!.Content.CopyToAsync(all);
        Assert.That(image.Info.FileName, Is.EqualTo("old.png"));
        AssertBytes(all.ToArray(), old);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Dispose_releases_the_image_and_may_be_called_again(bool sync)
    {
        await SaveAsync("a.png", 12);
        var image = await Storage.GetAsync("a.png");
        await image!.Content.ReadExactlyAsync(new byte[10]);

        for (var i = 0; i < 2; i++)
        {
            if (sync)
            {
                // The test covers both ways.
#pragma warning disable CA1849
                image.Dispose();
#pragma warning restore CA1849
            }
            else
            {
                await image.DisposeAsync();
            }
        }

        Assert.That(async () => await image.Content.ReadAsync(new byte[1]), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(await Storage.DeleteAsync("a.png"), Is.True);
        await SaveAsync("a.png", 13);
        await AssertHoldsAsync("a.png", Image(13));
    }

    [Test]
    public async Task Many_streams_can_be_open_at_once()
    {
        await SaveAsync("a.png", 14);
        var images = new List<StoredImage>();
        for (var i = 0; i < 100; i++)
        {
            images.Add((await Storage.GetAsync("a.png"))!);
        }

        foreach (var image in images)
        {
            using var copy = new MemoryStream();
            await image.Content.CopyToAsync(copy);
            AssertBytes(copy.ToArray(), Image(14));
            await image.DisposeAsync();
        }
    }

    // Only a cache has a choice; a provider ignores the mode, and every layer passes it on.
    [TestCase(CacheMode.ReadThrough)]
    [TestCase(CacheMode.Bypass)]
    public async Task Get_past_the_cache_gives_the_image(CacheMode mode)
    {
        var saved = await SaveAsync("a.png", 15);

        await using var image = await Storage.GetAsync("a.png", new GetOptions { Cache = mode, Range = new ByteRange(5, 7), IfMatch = saved.ETag });

        using var copy = new MemoryStream();
        await image!.Content.CopyToAsync(copy);
        AssertBytes(copy.ToArray(), Image(15).AsSpan(5, 7));
    }

    [Test]
    public async Task Get_of_the_expected_version_gives_it()
    {
        var saved = await SaveAsync("a.png", 15);

        await using var image = await Storage.GetAsync("a.png", new GetOptions { IfMatch = saved.ETag });

        Assert.That(image!.Info, Is.EqualTo(saved));
    }

    [Test]
    public async Task Get_of_another_version_is_a_conflict()
    {
        var old = await SaveAsync("a.png", 16);
        var current = await SaveAsync("a.png", 17);

        var conflict = await AssertFailsAsync<ImageConflictException>("a.png", () => Storage.GetAsync("a.png", new GetOptions { IfMatch = old.ETag }));
        Assert.That(conflict.CurrentETag, Is.EqualTo(current.ETag));
    }

    [Test]
    public async Task Get_of_a_version_that_is_gone_is_a_conflict()
    {
        var old = await SaveAsync("a.png", 18);
        await Storage.DeleteAsync("a.png");

        var conflict = await AssertFailsAsync<ImageConflictException>("a.png", () => Storage.GetAsync("a.png", new GetOptions { IfMatch = old.ETag }));
        Assert.That(conflict.CurrentETag, Is.Null);
    }

    private async Task<byte[]> ReadAllAsync(int size, bool sync)
    {
        await using var image = await Storage.GetAsync("a.png");
        var all = new List<byte>();
        var buffer = new byte[size];
        while (true)
        {
            // The test covers both ways.
#pragma warning disable CA1849
            var read = sync ? image!.Content.Read(buffer) : await image!.Content.ReadAsync(buffer);
#pragma warning restore CA1849
            if (read == 0)
            {
                return [.. all];
            }

            all.AddRange(buffer.AsSpan(0, read));
        }
    }
}
