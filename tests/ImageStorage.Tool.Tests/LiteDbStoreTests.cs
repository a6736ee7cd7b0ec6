using ImageStorage.LiteDb;
using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

/// <summary>The commands on <c>litedb:PATH</c>.</summary>
internal sealed class LiteDbStoreTests : ToolFixture
{
    private string Database => PathOf("images.db");

    private string Uri => $"litedb:{Database}";

    [Test]
    public async Task Image_goes_in_is_listed_verified_and_comes_out_again()
    {
        var bytes = SampleImages.OfLength(300_000, 1);
        var file = Write("tom.png", bytes);

        (await RunAsync("put", "--store", Uri, "cats/tom.png", file)).Succeeded();

        Assert.That((await RunAsync("ls", "--store", Uri)).Succeeded().Out, Does.Contain("cats/tom.png"));
        Assert.That((await RunAsync("verify", "--store", Uri, "--json")).Succeeded().Json.GetProperty("sound").GetInt32(), Is.EqualTo(1));
        Assert.That((await RunAsync("usage", "--store", Uri, "--json")).Succeeded().Json.GetProperty("bytes").GetInt64(), Is.EqualTo(300_000));
        Assert.That((await RunAsync("get", "--store", Uri, "cats/tom.png", "-")).OutBytes, Is.EqualTo(bytes));
        (await RunAsync("rm", "--store", Uri, "cats/tom.png")).Succeeded();
    }

    [Test]
    public async Task Mistyped_name_is_no_empty_store()
    {
        (await RunAsync("ls", "--store", Uri)).Failed(ExitCode.Failure, "There is no store at");

        Assert.That(Entries(), Is.Empty);
    }

    [TestCase("litedb:", "name the database after 'litedb:'")]
    [TestCase("litedb:folder/", "not a folder")]
    public async Task Uri_that_names_no_file_is_misuse(string uri, string says) => (await RunAsync("ls", "--store", uri)).Failed(ExitCode.Usage, says);

    [Test]
    public async Task Folder_is_no_database() => (await RunAsync("ls", "--store", $"litedb:{PathOf(".")}")).Failed(ExitCode.Failure, "that is a folder");

    [Test]
    public async Task File_of_something_else_is_refused_and_not_touched()
    {
        var bytes = SampleImages.Png(20, 20);
        var file = Write("images.db", bytes);

        (await RunAsync("ls", "--store", Uri)).Failed(ExitCode.Failure, "not a LiteDB database");

        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Database_that_an_application_has_open_is_refused_with_the_remedy()
    {
        await using var application = new LiteDbImageProvider(new LiteDbStorageOptions { Path = Database });
        await application.CheckAsync();

        (await RunAsync("ls", "--store", Uri)).Failed(ExitCode.Failure, "close the other owner");
    }
}
