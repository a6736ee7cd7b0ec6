using System.IO.Hashing;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests P5: memory does not grow with the image. Runs alone, because the tests count the allocations of the process.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[NonParallelizable]
public abstract class LargeConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const int Length = 50 << 20;

    // 1 MiB of buffers, and as much again for the small objects of several hundred reads and writes, and for the test.
    private const long MostAllocated = 4 << 20;

    [Test]
    public async Task Save_of_50_MiB_allocates_little() => await AssertSavedInLittleMemoryAsync(SampleImages.StreamOfLength(Length, 1));

    [Test]
    public async Task Save_of_50_MiB_of_unknown_length_allocates_little() => await AssertSavedInLittleMemoryAsync(new Unseekable(SampleImages.StreamOfLength(Length, 1)));

    [Test]
    public async Task Read_of_50_MiB_gives_every_byte_and_allocates_little()
    {
        RequireStreaming();
        var info = await Storage.SaveAsync("large.png", SampleImages.StreamOfLength(Length, 2));
        await ReadAsync("large.png");

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var hash = await ReadAsync("large.png");
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.That(hash, Is.EqualTo(info.XxHash128));
        Assert.That(allocated, Is.LessThan(MostAllocated + Harness.GetClientAllocation(Length)), $"Reading 50 MiB allocated {allocated:N0} bytes.");
    }

    [Test]
    public async Task Copy_of_50_MiB_has_every_byte_and_allocates_little()
    {
        RequireStreaming();
        await Storage.SaveBytesAsync("warm.png", Image(1, 2 << 20));
        await Storage.CopyAsync("warm.png", "warm-copy.png");
        var info = await Storage.SaveAsync("large.png", SampleImages.StreamOfLength(Length, 6));

        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Storage.CopyAsync("large.png", "large-copy.png");
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.That(await ReadAsync("large-copy.png"), Is.EqualTo(info.XxHash128));
        Assert.That(allocated, Is.LessThan(MostAllocated + (2 * Harness.GetClientAllocation(Length))), $"Copying 50 MiB allocated {allocated:N0} bytes.");
    }

    [Test]
    public async Task Ranges_of_50_MiB_are_right()
    {
        await Storage.SaveAsync("large.png", SampleImages.StreamOfLength(Length, 3));
        var expected = SampleImages.StreamOfLength(Length, 3);
        foreach (var (offset, length) in new[] { (0L, 1_000), (25_000_001L, 300_000), (Length - 5_000L, 5_000) })
        {
            await using var part = await Storage.GetAsync("large.png", new GetOptions { Range = new ByteRange(offset, length) });
            using var bytes = new MemoryStream();
            await part!.Content.CopyToAsync(bytes);
            var wanted = new byte[length];
            expected.Position = offset;
            await expected.ReadExactlyAsync(wanted);
            AssertBytes(bytes.ToArray(), wanted, $"Range {offset}+{length}");
        }
    }

    [Test]
    public async Task Source_that_fails_after_49_MiB_changes_nothing()
    {
        await SaveAsync("large.png", 4);
        await using var source = new Unseekable(SampleImages.StreamOfLength(Length, 5)) { FailsAt = 49 << 20 };

        await AssertFailsAsync<ImageSourceException>("large.png", () => Storage.SaveAsync("large.png", source));

        await AssertHoldsAsync("large.png", Image(4));
        Assert.That((await Storage.GetUsageAsync()).Count, Is.EqualTo(1));
    }

    private async Task AssertSavedInLittleMemoryAsync(Stream source)
    {
        RequireStreaming();
        await using (source)
        {
            // Warms up with a smaller image, so that buffers are pooled and code is compiled.
            await Storage.SaveBytesAsync("warm.png", Image(1, 2 << 20));

            var before = GC.GetTotalAllocatedBytes(precise: true);
            var info = await Storage.SaveAsync("large.png", source);
            var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

            Assert.That(info.Length, Is.EqualTo(Length));
            Assert.That(await ReadAsync("large.png"), Is.EqualTo(info.XxHash128));
            Assert.That(allocated, Is.LessThan(MostAllocated + Harness.GetClientAllocation(Length)), $"Saving 50 MiB allocated {allocated:N0} bytes.");
        }
    }

    private void RequireStreaming()
    {
        if (!Capabilities.Durable)
        {
            Assert.Ignore("A provider without a medium holds its images in memory (ProviderCapabilities.Durable).");
        }
    }

    private async Task<UInt128> ReadAsync(ImageKey key)
    {
        await using var image = await Storage.GetAsync(key);
        var hash = new XxHash128();
        await hash.AppendAsync(image!.Content);
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>A read-only stream that fails at a given position.</summary>
    private sealed class Unseekable(Stream inner) : Stream
    {
        private long _read;

        public long FailsAt { get; init; } = long.MaxValue;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await inner.ReadAsync(buffer, cancellationToken));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        private int Count(int read)
        {
            _read += read;
            return _read < FailsAt ? read : throw new IOException("The connection was reset.");
        }
    }
}
