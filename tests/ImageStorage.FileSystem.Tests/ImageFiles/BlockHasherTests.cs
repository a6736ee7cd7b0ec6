using System.IO.Hashing;
using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.ImageFiles;

[Parallelizable(ParallelScope.All)]
public sealed class BlockHasherTests
{
    [TestCase(1)]
    [TestCase(ImageFileFormat.BlockLength - 1)]
    [TestCase(ImageFileFormat.BlockLength)]
    [TestCase(ImageFileFormat.BlockLength + 1)]
    [TestCase((5 * ImageFileFormat.BlockLength) + 17)]
    [TestCase(70 * ImageFileFormat.BlockLength)]
    public void Complete_returns_the_hash_of_each_block_for_pieces_of_any_length(int length)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var content = new byte[length];
        random.NextBytes(content);
        var expected = content.Chunk(ImageFileFormat.BlockLength).SelectMany(block => XxHash128.Hash(block)).ToArray();
        for (var round = 0; round < 5; round++)
        {
            using var hasher = new BlockHasher();
            for (var start = 0; start < length;)
            {
                var piece = Math.Min(random.Next(1, 3 * ImageFileFormat.BlockLength), length - start);
                hasher.Append(content.AsSpan(start, piece));
                start += piece;
            }

            Assert.That(hasher.Complete().SequenceEqual(expected), Is.True, $"seed {seed}");
        }
    }

    [Test]
    public void A_hasher_left_in_the_middle_does_not_spoil_the_next_one()
    {
        using (var left = new BlockHasher())
        {
            left.Append(new byte[1000]);
        }

        using var hasher = new BlockHasher();
        hasher.Append([1, 2, 3]);

        Assert.That(hasher.Complete().SequenceEqual(XxHash128.Hash([1, 2, 3])), Is.True);
    }
}
