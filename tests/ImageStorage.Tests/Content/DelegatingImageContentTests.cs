using System.Reflection;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Content;

/// <summary>Tests that content around other content forwards every member, also members that are added later.</summary>
internal sealed class DelegatingImageContentTests
{
    [Test]
    public void Every_virtual_member_is_forwarded()
    {
        var members = typeof(ImageContent).GetMethods().Where(method => method.IsVirtual && method.DeclaringType == typeof(ImageContent)).Select(method => method.Name);
        var forwarded = typeof(DelegatingImageContent).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(method => method.Name);

        Assert.That(members, Is.Not.Empty);
        Assert.That(members.Except(forwarded), Is.Empty);
    }

    [Test]
    public async Task Members_are_those_of_the_inner_content()
    {
        byte[] bytes = [1, 2, 3];
        await using var inner = new MemoryContent("a", bytes, null, 10, ContentIdentity.XxHash128);
        var content = new Wrapper(inner);

        for (var round = 0; round < 2; round++)
        {
            Assert.That((content.Length, content.CanRewind), Is.EqualTo((3L, true)));
            Assert.That((await content.ReadAsync()).ToArray(), Is.EqualTo(bytes));
            Assert.That((await content.ReadAsync()).IsEmpty);
            Assert.That(await content.GetDigestAsync(), Is.EqualTo(ContentHasherTests.DigestOf(bytes, ContentIdentity.XxHash128)));
            await content.RewindAsync();
        }
    }

    private sealed class Wrapper(ImageContent inner) : DelegatingImageContent(inner);
}
