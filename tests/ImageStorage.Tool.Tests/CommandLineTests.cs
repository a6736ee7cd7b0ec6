using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

internal sealed class CommandLineTests : ToolFixture
{
    private static readonly string[][] Readers = [["ls"], ["info", "k"], ["get", "k", "-"], ["rm", "k"], ["usage"], ["verify"]];

    [TestCaseSource(nameof(Readers))]
    public async Task Reading_a_store_that_is_missing_fails_and_makes_none(params string[] command)
    {
        var result = (await RunAsync([.. command, "--store", Store])).Failed(ExitCode.Failure, "There is no store at");

        Assert.That(result.Out, Is.Empty);
        Assert.That(Directory.Exists(StorePath), Is.False);
    }

    [TestCaseSource(nameof(Readers))]
    public async Task Reading_a_folder_that_is_no_store_fails(params string[] command)
    {
        Directory.CreateDirectory(StorePath);

        (await RunAsync([.. command, "--store", Store])).Failed(ExitCode.Failure, "There is no store at");

        Assert.That(Directory.EnumerateFileSystemEntries(StorePath), Is.Empty);
    }

    [TestCaseSource(nameof(Readers))]
    public async Task Reading_a_file_fails(params string[] command)
    {
        File.WriteAllText(StorePath, "a file");

        (await RunAsync([.. command, "--store", Store])).Failed(ExitCode.Failure, "not a folder");
    }

    [TestCase("photos", "has no scheme: write file:photos")]
    [TestCase("", "has no scheme")]
    [TestCase(@"C:\photos", @"write file:C:\photos")]
    [TestCase("s3:bucket", "unknown scheme 's3'; known: file:PATH")]
    [TestCase("file:", "name the folder")]
    public async Task Store_that_is_no_uri_is_wrong_usage_and_says_how_to_write_it(string store, string message) =>
        (await RunAsync("ls", "--store", store)).Failed(ExitCode.Usage, message);

    [Test]
    public async Task Store_scheme_may_be_written_in_capitals_and_like_a_url()
    {
        (await RunAsync(["put", "--store", $"FILE:{StorePath}", "k", "-"], SampleImages.Png())).Succeeded();

        (await RunAsync("info", "--store", OperatingSystem.IsWindows() ? $"file:///{StorePath}" : $"file://{StorePath}", "k")).Succeeded();
    }

    [TestCase("../up")]
    [TestCase("/absolute")]
    [TestCase("")]
    [TestCase("a//b")]
    [TestCase(".imagestorage/x")]
    [TestCase("a\u0001b")]
    public async Task Key_that_breaks_a_rule_is_wrong_usage(string key)
    {
        var result = (await RunAsync("info", "--store", Store, key)).Failed(ExitCode.Usage, "is not valid");

        Assert.That(result.Error, Has.None.EqualTo('\u0001'));
    }

    [TestCase]
    [TestCase("bogus")]
    [TestCase("ls")]
    [TestCase("put", "--store", "file:x")]
    [TestCase("put", "--store", "file:x", "key")]
    [TestCase("ls", "--store", "file:x", "extra")]
    [TestCase("ls", "--store", "file:x", "--bogus")]
    public async Task Command_line_that_is_not_complete_is_wrong_usage_on_stderr(params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Out, Is.Empty);
        Assert.That(result.Error, Is.Not.Empty);
    }

    [Test]
    public async Task Missing_argument_is_told_once_by_its_name()
    {
        var none = (await RunAsync("put")).Failed(ExitCode.Usage, "No store is named: give --store URI (or -s URI), or set IMAGESTORAGE_STORE").Error;
        var one = (await RunAsync("put", "--store", Store, "k")).Failed(ExitCode.Usage, "FILE is missing").Error;

        Assert.That(none.Split("KEY is missing: "), Has.Length.EqualTo(2));
        Assert.That(none.Split("FILE is missing: "), Has.Length.EqualTo(2));
        Assert.That(none, Does.Not.Contain("Required argument"));
        Assert.That(one.Trim().Split('\n'), Is.EqualTo(new[] { "error: FILE is missing: the file to store; - for standard input.", "Try 'imagestorage put --help'." }));
    }

    [TestCase("Name a command: one of ls, recover.", "tx")]
    [TestCase("'bogus' is not a command: use one of ls, recover.", "tx", "bogus")]
    [TestCase("'bogus' is not a command: use one of put, get, ", "bogus")]
    [TestCase("'foo' is none of newest, oldest, key.", "ls", "-s", "file:x", "--order", "foo")]
    [TestCase("Try 'imagestorage tx ls --help'.", "tx", "ls")]
    [TestCase("'--creat-only' is not an option of 'imagestorage cp' (did you mean '--create-only'?).", "cp", "-s", "file:x", "a", "b", "--creat-only")]
    [TestCase("'--bogus' is not an option of 'imagestorage ls'.", "ls", "-s", "file:x", "--bogus")]
    [TestCase("'improt' is not a command (did you mean 'import'?): use one of put, get, ", "improt")]
    public async Task Wrong_word_is_told_with_the_right_ones(string says, params string[] arguments) =>
        (await RunAsync(arguments)).Failed(ExitCode.Usage, says);

    [Test]
    public async Task Help_is_a_command_too()
    {
        Assert.That((await RunAsync("help", "cp")).Succeeded().Out, Is.EqualTo((await RunAsync("cp", "--help")).Succeeded().Out).And.Contain("--create-only"));
        Assert.That((await RunAsync("help")).Succeeded().Out, Is.EqualTo((await RunAsync("--help")).Succeeded().Out));
    }

    [Test]
    public async Task Put_of_a_folder_names_import() => (await RunAsync("put", "--store", Store, "k", PathOf("."))).Failed(ExitCode.Failure, "is a folder: use put for a file, and import for a folder.");

    [Test]
    public async Task Store_may_be_named_by_the_short_option_or_by_the_environment()
    {
        (await RunAsync(["put", "-s", Store, "k", "-"], SampleImages.Png())).Succeeded();
        Variables["IMAGESTORAGE_STORE"] = Store;

        (await RunAsync("info", "k")).Succeeded();
        (await RunAsync("info", "k", "--store", $"file:{PathOf("other")}")).Failed(ExitCode.Failure, "There is no store at");
        Variables["IMAGESTORAGE_STORE"] = "nowhere";
        (await RunAsync("info", "k")).Failed(ExitCode.Usage, "IMAGESTORAGE_STORE: The store 'nowhere' has no scheme");
        Variables["IMAGESTORAGE_STORE"] = string.Empty;
        (await RunAsync("info", "k")).Failed(ExitCode.Usage, "No store is named");
    }

    [TestCase("put")]
    [TestCase("get")]
    [TestCase("ls")]
    [TestCase("info")]
    [TestCase("rm")]
    [TestCase("import")]
    [TestCase("verify")]
    [TestCase("usage")]
    public async Task Help_names_the_command_and_the_options_that_all_have(string command)
    {
        var result = (await RunAsync(command, "--help")).Succeeded();

        Assert.That(result.Out, Does.Contain($"imagestorage {command}").And.Contain("-s, --store <URI>").And.Contain("--json").And.Contain("--verbose"));
    }

    [Test]
    public async Task Cancelled_command_exits_130()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var result = await RunAsync(["get", "--store", Store, "k", PathOf("out")], [], cancellationToken: cancelled.Token);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Cancelled));
        Assert.That(Entries(), Is.Empty);
    }

    [Test]
    public async Task Failure_with_json_prints_no_incomplete_document()
    {
        var result = await RunAsync("ls", "--store", Store, "--json");

        Assert.That(result.Out, Is.Empty);
    }
}
