namespace ImageStorage.Tests.Caching;

internal sealed class CachedImageStreamTests
{
    private static readonly ImageKey Key = "s.png";
    private static readonly byte[] Bytes = CachedStore.Image(1, 70_003);

    [Test]
    public async Task Streams_of_one_image_are_independent_and_seek()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1, Bytes.Length);
        await using var one = (await store.Storage.GetAsync(Key))!.Content;
        await using var two = (await store.Storage.GetAsync(Key))!.Content;
        var random = new Random(1);
        var (buffer, place) = (new byte[9000], 0L);
        for (var act = 0; act < 200; act++)
        {
            if (random.Next(3) == 0)
            {
                place = random.Next(Bytes.Length);
                Assert.That(one.Seek(place - Bytes.Length, SeekOrigin.End), Is.EqualTo(place));
            }

            var read = await one.ReadAsync(buffer.AsMemory(0, random.Next(1, buffer.Length)));
            Assert.That(buffer.AsSpan(0, read).SequenceEqual(Bytes.AsSpan((int)place, read)));
            Assert.That(one.Position, Is.EqualTo(place += read));
        }

        using var whole = new MemoryStream();
        two.CopyTo(whole);
        Assert.That(whole.ToArray(), Is.EqualTo(Bytes));
        Assert.That(two.Read(buffer, 0, 10), Is.Zero);
        two.Position = Bytes.Length + 5;
        Assert.That(two.ReadByte(), Is.EqualTo(-1));
        Assert.That((two.Length, two.CanRead, two.CanSeek, two.CanWrite), Is.EqualTo(((long)Bytes.Length, true, true, false)));
        Assert.That(() => two.WriteByte(1), Throws.InstanceOf<NotSupportedException>());
        Assert.That(() => two.Seek(-1, SeekOrigin.Begin), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Disposed_stream_cannot_be_read_and_disposing_twice_releases_once()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1, Bytes.Length);
        var image = (await store.Storage.GetAsync(Key))!;
        await using var other = (await store.Storage.GetAsync(Key))!;
        image.Dispose();
        image.Dispose();
        await store.Cache.ClearAsync();

        Assert.That(() => image.Content.ReadByte(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => image.Content.CopyToAsync(Stream.Null), Throws.InstanceOf<ObjectDisposedException>());
        using var bytes = new MemoryStream();
        await other.Content.CopyToAsync(bytes);
        Assert.That(bytes.ToArray(), Is.EqualTo(Bytes), "the memory is still that of the other reader");
    }

    // An aborted request disposes its stream while the copy still writes. The memory must not belong to another image
    // yet.
    [Test]
    public async Task Memory_is_held_until_an_active_copy_has_ended()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1, Bytes.Length);
        var image = (await store.Storage.GetAsync(Key))!;
        var slow = new SlowStream();
        var copy = image.Content.CopyToAsync(slow);
        image.Dispose();
        await store.Cache.ClearAsync();

        Assert.That(store.Memory.Bytes, Is.GreaterThanOrEqualTo(Bytes.Length));
        slow.Go.SetResult();
        await copy;

        Assert.That(slow.ToArray(), Is.EqualTo(Bytes));
        Assert.That(store.Memory.Bytes, Is.Zero);
    }

    [Test]
    public async Task Cancelled_token_ends_a_read()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1, Bytes.Length);
        await using var image = (await store.Storage.GetAsync(Key))!;

        Assert.That(async () => await image.Content.ReadAsync(new byte[1], new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => store.Storage.GetAsync(Key, null, new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => store.Cache.GetInfoAsync(Key, new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
    }

    private sealed class SlowStream : MemoryStream
    {
        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Go.Task;
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
