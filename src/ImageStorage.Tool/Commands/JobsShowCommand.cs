using System.CommandLine;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>jobs show</c>: shows one job as of its last checkpoint.</summary>
internal sealed class JobsShowCommand : StoreCommand
{
    private readonly Argument<string> _id = JobsCommand.NewId();

    public JobsShowCommand(ToolConsole console)
        : base(console, "show", "Shows a job as of its last checkpoint.") => Arguments.Add(_id);

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var id = arguments.GetRequiredValue(_id);
        await using var store = Open(arguments);
        await store.EnsureExistsAsync(cancellationToken);
        var job = await store.Jobs.GetAsync(id, cancellationToken) ?? throw JobsCommand.NotFound(id);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => JobText.Write(json, job), cancellationToken);
        }
        else
        {
            JobText.WriteDetails(Console, job);
        }

        return ExitCode.Success;
    }
}
