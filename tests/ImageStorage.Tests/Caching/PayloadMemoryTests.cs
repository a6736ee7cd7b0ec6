using CsCheck;
using ImageStorage.Caching.Memory;

namespace ImageStorage.Tests.Caching;

internal sealed class PayloadMemoryTests
{
    private static readonly Gen<(bool Rents, int Length, int Which)[]> Acts = Gen.Select(Gen.Bool, Gen.Int[1, 400_000], Gen.Int[0, 1000]).Array[1, 200];

    // 3,000 KiB are two chunks of 1 MiB and one of 952 KiB, which is no power of two.
    [Test]
    public void Extents_never_overlap_and_all_memory_can_always_be_used() => Acts.Sample(
        acts =>
        {
            var memory = new PayloadMemory(3000 << 10, length => new byte[length]);
            var rented = new List<(Extent[] Extents, byte Mark)>();
            byte mark = 0;
            foreach (var (rents, length, which) in acts)
            {
                if (!rents && rented.Count > 0)
                {
                    var (extents, held) = rented[which % rented.Count];
                    Assert.That(extents.All(extent => !memory[extent].Span.ContainsAnyExcept(held)), "another image wrote to the extent");
                    memory.Return(extents);
                    rented.RemoveAt(which % rented.Count);
                }
                else
                {
                    var free = memory.LimitBytes - memory.UsedBytes;
                    var extents = memory.TryRent(length);
                    Assert.That(extents is not null, Is.EqualTo(PayloadMemory.RoundUp(length) <= free), "what is free can be had, and nothing else");
                    if (extents is not null)
                    {
                        mark++;
                        Assert.That(extents.Sum(extent => memory[extent].Length), Is.EqualTo(PayloadMemory.RoundUp(length)));
                        Array.ForEach(extents, extent => memory[extent].Span.Fill(mark));
                        rented.Add((extents, mark));
                    }
                }

                Assert.That(memory.UsedBytes, Is.EqualTo(rented.Sum(image => image.Extents.Sum(extent => (long)memory[extent].Length))));
            }

            rented.ForEach(image => memory.Return(image.Extents));
            Assert.That(memory.UsedBytes, Is.Zero);
            Assert.That(memory.TryRent(3000 << 10), Has.Length.LessThanOrEqualTo(9), "what was returned has grown together again");
        },
        iter: 300,
        threads: 1);

    [Test]
    public void Image_has_few_extents([Values(1, 1024, 201_000, 1 << 20, 5_000_000)] int length)
    {
        var memory = new PayloadMemory(10 << 20, length => new byte[length]);

        Assert.That(memory.TryRent(length), Has.Length.LessThanOrEqualTo(14));
        Assert.That(memory.UsedBytes - length, Is.InRange(0, 1023));
    }
}
