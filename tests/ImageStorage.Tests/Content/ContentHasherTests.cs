using System.IO.Hashing;
using System.Security.Cryptography;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Content;

public class ContentHasherTests
{
    private static readonly int[] Lengths = [0, 1, 31, 64, 4_095, 32_767, 32_768, 32_769, 65_536, 131_072, 1_000_003];

    [Test]
    public async Task Digest_of_pieces_is_that_of_the_content([ValueSource(nameof(Lengths))] int length, [Values] ContentIdentity identity)
    {
        var bytes = Bytes(length, 1);
        using var hasher = new ContentHasher(identity);
        var random = new Random(length);
        for (var position = 0; position < length;)
        {
            var count = Math.Min(random.Next(1, 200_000), length - position);
            await hasher.WaitAsync(hasher.Enqueue(bytes.AsMemory(position, count)));
            position += count;
        }

        Assert.That(await hasher.GetDigestAsync(), Is.EqualTo(DigestOf(bytes, identity)));
    }

    [Test]
    public async Task Digest_of_a_single_piece_is_that_of_the_content([ValueSource(nameof(Lengths))] int length, [Values] ContentIdentity identity)
    {
        var bytes = Bytes(length, 2);
        using var hasher = new ContentHasher(identity);

        await hasher.WaitAsync(hasher.EnqueueAll(bytes));

        Assert.That(await hasher.GetDigestAsync(), Is.EqualTo(DigestOf(bytes, identity)));
    }

    // The caller overwrites a buffer as soon as its piece was hashed, like SourceContent, at random moments.
    [Test]
    public async Task Buffers_may_be_used_again_once_their_piece_is_done([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        using var hasher = new ContentHasher(ContentIdentity.Sha256);
        using var all = new MemoryStream();
        var buffers = Enumerable.Range(0, ContentHasher.MaxPending).Select(_ => new byte[40_000]).ToArray();
        var numbers = new long[buffers.Length];
        for (var i = 0; i < 60; i++)
        {
            var slot = i % buffers.Length;
            await hasher.WaitAsync(numbers[slot]);
            random.NextBytes(buffers[slot]);
            var length = random.Next(1, buffers[slot].Length);
            all.Write(buffers[slot], 0, length);
            numbers[slot] = hasher.Enqueue(buffers[slot].AsMemory(0, length));
            Thread.SpinWait(random.Next(20_000));
            if (random.Next(3) == 0)
            {
                await Task.Yield();
            }
        }

        await hasher.WaitForAllAsync();

        Assert.That(await hasher.GetDigestAsync(), Is.EqualTo(DigestOf(all.ToArray(), ContentIdentity.Sha256)));
    }

    [Test]
    public async Task Many_hashers_at_once_do_not_disturb_each_other()
    {
        await Parallel.ForAsync(0, 40, async (i, _) =>
        {
            var bytes = Bytes(150_000 + i, i);
            using var hasher = new ContentHasher(ContentIdentity.Sha256);
            hasher.Enqueue(bytes.AsMemory(0, 70_000));
            hasher.Enqueue(bytes.AsMemory(70_000));
            Assert.That(await hasher.GetDigestAsync(), Is.EqualTo(DigestOf(bytes, ContentIdentity.Sha256)));
        });
    }

    [Test]
    public async Task Digest_can_be_asked_for_again()
    {
        var bytes = Bytes(100_000, 3);
        using var hasher = new ContentHasher(ContentIdentity.Sha256);
        hasher.Enqueue(bytes);

        var first = await hasher.GetDigestAsync();

        Assert.That(await hasher.GetDigestAsync(), Is.EqualTo(first));
    }

    internal static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    internal static ContentDigest DigestOf(byte[] bytes, ContentIdentity identity) =>
        new(bytes.Length, XxHash128.HashToUInt128(bytes), identity == ContentIdentity.Sha256 ? new Sha256Digest(SHA256.HashData(bytes)) : null);
}
