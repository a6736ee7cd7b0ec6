using ImageStorage.Azurite;
using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

/// <summary>Stores in Azure Blob Storage. Alone, because where the account is stands in the environment of the process.</summary>
[NonParallelizable]
internal sealed class AzureTests : ToolFixture
{
    private const string Connection = "IMAGESTORAGE_AZURE_CONNECTION_STRING";
    private const string Service = "IMAGESTORAGE_AZURE_SERVICE_URI";

    [TearDown]
    public void Forget()
    {
        Environment.SetEnvironmentVariable(Connection, null);
        Environment.SetEnvironmentVariable(Service, null);
    }

    [OneTimeTearDown]
    public Task StopAsync() => AzuriteServer.StopSharedAsync();

    [TestCase("")]
    [TestCase("/some/prefix")]
    public async Task Commands_work_on_a_container(string prefix)
    {
        var server = await StartAsync();
        Environment.SetEnvironmentVariable(Connection, server.ConnectionString);
        var store = $"azure:t{Guid.NewGuid():n}{prefix}";
        var image = SampleImages.OfLength(3000);

        (await RunAsync(["put", "--store", store, "cats/tom.png", "-"], image)).Succeeded();
        var listed = (await RunAsync("ls", "--store", store)).Succeeded().Out;
        var read = (await RunAsync("get", "--store", store, "cats/tom.png", PathOf("out.png"))).Succeeded();
        var verified = (await RunAsync("verify", "--store", store, "--json")).Succeeded().Json;
        (await RunAsync("rm", "--store", store, "cats/tom.png")).Succeeded();

        Assert.That(listed, Does.StartWith("cats/tom.png"));
        Assert.That(await File.ReadAllBytesAsync(PathOf("out.png")), Is.EqualTo(image), read.Out);
        Assert.That(verified.GetProperty("sound").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task Mistyped_container_is_no_empty_store()
    {
        var server = await StartAsync();
        Environment.SetEnvironmentVariable(Connection, server.ConnectionString);

        var result = await RunAsync("ls", "--store", $"azure:t{Guid.NewGuid():n}");

        Assert.That((result.ExitCode, result.Error), Is.EqualTo((1, result.Error)));
        Assert.That(result.Error, Does.Contain("container does not exist").And.Not.Contain(AzuriteServer.AccountKey));
    }

    [Test]
    public async Task Missing_account_is_told_with_the_variables()
    {
        var result = await RunAsync("ls", "--store", "azure:images");

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain(Connection).And.Contain(Service));
    }

    [TestCase("azure:", 2, "container")]
    [TestCase("azure:Not_A_Name", 1, "The container of the store URI is 'Not_A_Name'")]
    public async Task Wrong_container_is_told(string store, int code, string says)
    {
        Environment.SetEnvironmentVariable(Connection, AzuriteServer.ConnectionStringOf(1));

        var result = await RunAsync("ls", "--store", store);

        result.Failed(code, says);
    }

    [Test]
    public async Task Broken_address_is_told()
    {
        Environment.SetEnvironmentVariable(Service, "nowhere");

        var result = await RunAsync("ls", "--store", "azure:images");

        Assert.That(result.Error, Does.Contain(Service));
    }

    private static async Task<AzuriteServer> StartAsync()
    {
        try
        {
            return await AzuriteServer.SharedAsync();
        }
        catch (AzuriteUnavailableException exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Ignore(exception.Message);
            throw;
        }
    }
}
