using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <content>The order and the range of a verification.</content>
public abstract partial class ListingConformance<THarness>
{
    // A job that was interrupted continues after the last key. A composition verifies each part: an image of a mirror
    // comes once for each replica, and an image on a fallback under a key of the fallback.
    [TestCase(null, null)]
    [TestCase("img/1", null)]
    [TestCase(null, "img/1")]
    [TestCase("img/1/zzz", "img/")]
    public async Task Verification_gives_the_images_first_in_the_order_of_their_keys(string? after, string? prefix)
    {
        var verifiable = Verifiable();
        var items = await verifiable.VerifyAsync(new VerificationOptions { After = after is null ? null : (ImageKey?)after, Prefix = prefix }).ToListAsync();

        var names = items.Where(item => item.Kind == VerificationKind.Image).Select(item => item.Name).ToList();
        Assert.That(items.Select(item => item.Status), Is.All.EqualTo(VerificationStatus.Sound));
        Assert.That(items.SkipWhile(item => item.Kind == VerificationKind.Image).Select(item => item.Kind), Has.None.EqualTo(VerificationKind.Image));
        Assert.That(names, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        if (prefix is not null)
        {
            Assert.That(items.Select(item => item.Kind), Is.All.EqualTo(VerificationKind.Image));
        }

        if ((await verifiable.VerifyAsync().FirstAsync()).Part is null)
        {
            var wanted = Expected(new ImageQuery { Order = ImageOrder.KeyAscending, Prefix = prefix }).Select(info => info.Key.Value).Where(key => string.CompareOrdinal(key, after) > 0);
            Assert.That(names, Is.EqualTo(wanted));
        }
    }

    [Test]
    public async Task Verification_without_images_or_documents_leaves_them_out()
    {
        var verifiable = Verifiable();
        var documents = await verifiable.VerifyAsync(new VerificationOptions { Images = false }).Select(item => item.Kind).ToListAsync();
        var images = await verifiable.VerifyAsync(new VerificationOptions { Documents = false }).Select(item => item.Kind).ToListAsync();

        Assert.That(documents, Is.All.EqualTo(VerificationKind.Document));
        Assert.That(images, Is.Not.Empty.And.All.EqualTo(VerificationKind.Image));
    }
}
