using System.Text;
using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Coordination;

public class StoreIdentityTests
{
    [Test]
    public async Task Identity_is_created_once_and_kept()
    {
        var documents = new InMemoryImageProvider().Documents;

        Assert.That(await StoreIdentity.ReadAsync(documents, default), Is.Null);
        var created = await StoreIdentity.GetOrCreateAsync(documents, default);

        Assert.That(created.Id, Is.Not.EqualTo(Guid.Empty));
        Assert.That(await StoreIdentity.GetOrCreateAsync(documents, default), Is.EqualTo(created));
        Assert.That(await StoreIdentity.ReadAsync(documents, default), Is.EqualTo(created));
    }

    [Test]
    public async Task Two_hundred_concurrent_first_callers_get_one_identity()
    {
        var documents = new InMemoryImageProvider().Documents;

        var identities = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => StoreIdentity.GetOrCreateAsync(documents, default))));

        Assert.That(identities.Distinct(), Has.Exactly(1).Items);
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("""{ "format": 1 }""")]
    [TestCase("""{ "format": "1", "id": "9f0c3f0c-7d1e-4a0a-8f5d-5b1f4f6f7a11" }""")]
    [TestCase("""{ "format": 1, "id": "00000000-0000-0000-0000-000000000000" }""")]
    [TestCase("""{ "format": 1, "id": "not an id" }""")]
    public async Task Damaged_identity_is_reported_and_left_alone(string content)
    {
        var documents = new InMemoryImageProvider().Documents;
        var version = await documents.PutAsync(StoreIdentity.Name, Encoding.UTF8.GetBytes(content));

        Assert.That(() => StoreIdentity.GetOrCreateAsync(documents, default), Throws.TypeOf<StorageCorruptedException>().With.Message.Contains(StoreIdentity.Name.Value));
        Assert.That((await documents.GetAsync(StoreIdentity.Name))?.ETag, Is.EqualTo(version));
    }

    [Test]
    public async Task Identity_of_a_newer_version_is_reported_as_not_supported()
    {
        var documents = new InMemoryImageProvider().Documents;
        await documents.PutAsync(StoreIdentity.Name, """{ "format": 2, "id": "9f0c3f0c-7d1e-4a0a-8f5d-5b1f4f6f7a11" }"""u8.ToArray());

        Assert.That(() => StoreIdentity.GetOrCreateAsync(documents, default), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("Update"));
    }
}
