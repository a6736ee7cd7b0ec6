using System.IO.Hashing;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Providers;

[Parallelizable(ParallelScope.All)]
internal sealed class BlockHashTableTests
{
    [TestCase(1)]
    [TestCase(BlockHashTable.BlockLength - 1)]
    [TestCase(BlockHashTable.BlockLength)]
    [TestCase(BlockHashTable.BlockLength + 1)]
    [TestCase((5 * BlockHashTable.BlockLength) + 17)]
    [TestCase(70 * BlockHashTable.BlockLength)]
    public void Complete_returns_the_hash_of_each_block_for_pieces_of_any_length(int length)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var content = new byte[length];
        random.NextBytes(content);
        var expected = content.Chunk(BlockHashTable.BlockLength).SelectMany(block => XxHash128.Hash(block)).ToArray();
        for (var round = 0; round < 5; round++)
        {
            using var hasher = new BlockHashTable();
            for (var start = 0; start < length;)
            {
                var piece = Math.Min(random.Next(1, 3 * BlockHashTable.BlockLength), length - start);
                hasher.Append(content.AsSpan(start, piece));
                start += piece;
            }

            Assert.That(hasher.Complete().SequenceEqual(expected), Is.True, $"seed {seed}");
        }
    }

    [Test]
    public void A_hasher_left_in_the_middle_does_not_spoil_the_next_one()
    {
        using (var left = new BlockHashTable())
        {
            left.Append(new byte[1000]);
        }

        using var hasher = new BlockHashTable();
        hasher.Append([1, 2, 3]);

        Assert.That(hasher.Complete().SequenceEqual(XxHash128.Hash([1, 2, 3])), Is.True);
    }

    [Test]
    public void Block_is_sound_only_at_its_own_position_and_with_all_its_bytes()
    {
        var payload = new byte[(2 * BlockHashTable.BlockLength) + 5];
        new Random(1).NextBytes(payload);
        using var hashes = new BlockHashTable();
        hashes.Append(payload);
        var table = hashes.Complete();

        Assert.That(table.Length, Is.EqualTo(BlockHashTable.LengthOf(payload.Length)));
        for (var start = 0; start < payload.Length; start += BlockHashTable.BlockLength)
        {
            var block = payload.AsSpan(start, Math.Min(BlockHashTable.BlockLength, payload.Length - start));
            Assert.That(BlockHashTable.IsSound(table, start, block));
            Assert.That(BlockHashTable.IsSound(table, start == 0 ? BlockHashTable.BlockLength : 0, block), Is.False);
            Assert.That(BlockHashTable.IsSound(table, start, block[..^1]), Is.False);
            block[^1] ^= 1;
            Assert.That(BlockHashTable.IsSound(table, start, block), Is.False);
        }
    }

    [TestCase(0, 0)]
    [TestCase(1, 16)]
    [TestCase(BlockHashTable.BlockLength, 16)]
    [TestCase(BlockHashTable.BlockLength + 1, 32)]
    [TestCase(1L << 40, 16L << 23)]
    public void Table_has_a_hash_for_each_block(long payloadLength, long length) => Assert.That(BlockHashTable.LengthOf(payloadLength), Is.EqualTo(length));
}
