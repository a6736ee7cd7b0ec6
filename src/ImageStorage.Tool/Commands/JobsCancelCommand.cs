using System.CommandLine;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>jobs cancel</c>: asks a job to end.</summary>
internal sealed class JobsCancelCommand : StoreCommand
{
    private readonly Argument<string> _id = JobsCommand.NewId();

    public JobsCancelCommand(ToolConsole console)
        : base(console, "cancel", "Cancels a job: a running job ends at its next checkpoint.") => Arguments.Add(_id);

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var id = arguments.GetRequiredValue(_id);
        await using var store = Open(arguments);
        await store.EnsureExistsAsync(cancellationToken);
        var isCancelled = await store.Jobs.CancelAsync(id, cancellationToken);
        var job = await store.Jobs.GetAsync(id, cancellationToken);
        if (!isCancelled)
        {
            throw job is null ? JobsCommand.NotFound(id) : new ToolException($"The job '{id}' has ended already: it is {JobText.NameOf(job.State)}.");
        }

        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => JobText.WriteOrNull(json, job), cancellationToken);
        }
        else
        {
            Console.Out.WriteLine(job switch
            {
                null => "The damaged document of the job was removed.",
                { State: StorageJobState.Running } => "The job ends at its next checkpoint. If its process is dead, the job ends when a process runs this kind of job again.",
                _ => $"The job is {JobText.NameOf(job.State)}.",
            });
        }

        return ExitCode.Success;
    }
}
