using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Memory;
using ImageStorage.CrashHarness.Workers;

return args switch
{
    ["worker", .. var options] => Worker.Run(WorkerOptions.Parse(options)),
    ["memory", .. var options] => MemoryPressure.Run(options),
    _ => CampaignRunner.Run(args),
};
